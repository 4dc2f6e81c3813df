#pragma once
/// The columns that the tables of requests on their way have in common: request_id, began_at, method, path,
/// model_asked, api_key_id, bytes_in, upstream_ms.

#include "core/domain/request_record.hpp"
#include "core/storage/engine/statement.hpp"

namespace dreamina {

/// From the column `first` on, in that order.
inline RequestFacts read_facts(const Query& row, int first)
{
    return {.id = row.text(first),
            .began_at = row.time(first + 1),
            .method = row.text(first + 2),
            .path = row.text(first + 3),
            .model_asked = row.optional_text(first + 4),
            .api_key = row.optional_integer(first + 5),
            .bytes_in = row.integer(first + 6),
            .upstream_took = milliseconds{row.integer(first + 7)}};
}

}  // namespace dreamina
