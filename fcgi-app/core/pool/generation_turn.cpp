#include "core/pool/generation_turn.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "core/storage/generations/generation_store.hpp"
#include "core/storage/webhooks/generation_webhooks.hpp"

namespace dreamina {
namespace {

/// A reservation of this turn that is a generation's, and has an account.
struct ReservedGeneration {
    const std::string* id;
    Reservation* reservation;
};

void end_generations(Database& database, std::span<WriteEntry> entries, Time now)
{
    std::vector<GenerationEnd> ends;
    for (const WriteEntry& entry : entries) {
        if (const auto* settled = std::get_if<SettlementEntry>(&entry.what)) {
            if (settled->settlement.generation) ends.push_back(*settled->settlement.generation);
        } else if (const auto* logged = std::get_if<LogEntry>(&entry.what)) {
            if (logged->generation) ends.push_back(*logged->generation);
        }
    }
    if (ends.empty()) return;
    std::vector<GenerationChange> changes;
    for (std::string& id : GenerationStore{database}.end(ends, now)) {
        const auto end = std::find_if(ends.begin(), ends.end(), [&](const auto& each) { return each.id == id; });
        changes.push_back({.id = std::move(id), .result = end->result});
    }
    add_webhook_events(database, changes, now);
}

std::vector<ReservedGeneration> reserved_in(std::span<WriteEntry> entries, TurnOutcome& outcome,
                                            const GenerationOfTicket& of_ticket)
{
    std::vector<ReservedGeneration> reserved;
    std::unordered_map<Ticket, std::shared_ptr<const GenerationClaim>> joined;  // their turn may come in this one
    const auto add = [&](const std::shared_ptr<const GenerationClaim>& claim, Reservation& reservation) {
        if (claim && reservation) reserved.push_back({&claim->id, &reservation});
    };
    for (WriteEntry& entry : entries) {
        if (auto* asked = std::get_if<ReservationEntry>(&entry.what)) {
            if (!asked->generation) continue;
            if (auto* reservation = std::get_if<Reservation>(&asked->outcome))
                add(asked->generation, *reservation);
            else
                joined.emplace(std::get<Ticket>(asked->outcome), asked->generation);
        } else if (auto* waited = std::get_if<WaitEndEntry>(&entry.what)) {
            if (waited->is_told) add(of_ticket(waited->ticket), waited->outcome);
        }
    }
    for (FinishedWait& wait : outcome.finished) {
        const auto found = joined.find(wait.ticket);
        add(found == joined.end() ? of_ticket(wait.ticket) : found->second, wait.reservation);
    }
    return reserved;
}

}  // namespace

void record_generations(Database& database, std::span<WriteEntry> entries, TurnOutcome& outcome,
                        const std::string& worker, const GenerationOfTicket& of_ticket, Time now)
{
    end_generations(database, entries, now);
    const auto reserved = reserved_in(entries, outcome, of_ticket);
    if (reserved.empty()) return;
    std::vector<BegunGeneration> wanted;
    for (const ReservedGeneration& each : reserved)
        wanted.push_back({.id = *each.id, .lease = (*each.reservation)->id});
    const auto ids = GenerationStore{database}.begin(wanted, worker, now);
    const std::unordered_set<std::string> may_be_sent(ids.begin(), ids.end());
    std::vector<GenerationChange> changes;
    for (const std::string& id : ids) changes.push_back({.id = id});
    add_webhook_events(database, changes, now);
    for (const ReservedGeneration& each : reserved) {
        if (may_be_sent.contains(*each.id)) continue;
        give_back(database, (*each.reservation)->id, now);
        *each.reservation = tl::unexpected(NoLease{NoLease::Why::generation_over});
    }
}

}  // namespace dreamina
