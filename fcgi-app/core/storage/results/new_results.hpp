#pragma once
/// What of an answer becomes a stored result, in one write transaction.

#include <optional>
#include <string>
#include <vector>

#include "core/domain/results/stored_result.hpp"
#include "core/domain/settings.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

/// A picture or video of an answer.
struct AnsweredResult {
    std::string id;                  ///< that it gets
    std::optional<std::string> url;  ///< nothing: its bytes are in the folder of what comes in, under its id
    /// In a text, among others that need not be results: a host that nothing may be fetched from is passed over.
    bool is_in_text = false;
};

struct AnsweredResults {
    std::string request_id;
    std::optional<std::string> generation_id;
    std::int64_t api_key = 0;  ///< 0: the administrator's password
    std::optional<std::int64_t> account;
    std::string model;
    bool is_video = false;                ///< what its route makes, as far as that is known
    std::vector<AnsweredResult> results;  ///< in the answer's order
};

/// Those that got a row, by where they stand in the answer.
struct AddedResult {
    std::size_t place = 0;
    std::string link;  ///< signed, from the path on; empty: it will not be fetched
};

/// Part of a write transaction that the caller holds, who has learnt before it that the disk has room: that is no
/// question to ask within it.
std::vector<AddedResult> add_results(Database& database, const AnsweredResults& answered, const Settings& settings,
                                     Time now);

}  // namespace dreamina
