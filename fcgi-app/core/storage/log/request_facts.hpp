#pragma once
/// The columns that the tables of requests on their way have in common: request_id, began_at, method, path,
/// model_asked, api_key_id, bytes_in, upstream_ms.

#include "core/domain/request_record.hpp"
#include "core/storage/engine/statement.hpp"

namespace dreamina {

inline RequestFacts read_facts(const Query& row)
{
    return {.id = row.text("request_id"),
            .began_at = row.time("began_at"),
            .method = row.text("method"),
            .path = row.text("path"),
            .model_asked = row.optional_text("model_asked"),
            .api_key = row.optional_integer("api_key_id"),
            .bytes_in = row.integer("bytes_in"),
            .upstream_took = milliseconds{row.integer("upstream_ms")}};
}

}  // namespace dreamina
