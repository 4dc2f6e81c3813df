#pragma once
/// What a turn of the write queue has to do with generations: one that gets an account is in progress from the same
/// transaction on, and one that ends ends in that which settles its lease. A turn without any costs a look at its
/// entries, and no statement.

#include <functional>
#include <memory>
#include <span>
#include <string>

#include "core/pool/write_turn.hpp"

namespace dreamina {

/// A generation as its reservations name it. Made by the request; the turns of its worker write into it.
struct GenerationClaim {
    std::string id;
    bool is_admitted = false;  ///< its row is there, or will be with this transaction
};

/// Those that wait with a ticket; null: it is a plain request's.
using GenerationOfTicket = std::function<std::shared_ptr<const GenerationClaim>(Ticket)>;

/// Behind run_turn(), in its transaction. The lease of one that has been cancelled meanwhile, or is no longer this
/// worker's, is given back, and its request told so.
void record_generations(Database& database, std::span<WriteEntry> entries, TurnOutcome& outcome,
                        const std::string& worker, const GenerationOfTicket& of_ticket, Time now);

}  // namespace dreamina
