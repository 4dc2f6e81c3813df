#include "core/storage/engine/insert.hpp"

namespace dreamina {

std::int64_t inserted_id(Query row)
{
    row.next();
    const std::int64_t id = row.integer();
    row.finish();
    return id;
}

}  // namespace dreamina
