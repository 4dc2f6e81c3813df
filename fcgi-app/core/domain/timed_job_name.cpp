#include "core/domain/timed_job_name.hpp"

namespace dreamina {

std::string_view current_timed_job_name(std::string_view name)
{
    if (name == "find_out_upstream") return "detect_upstream";
    if (name == "forget_removed_accounts") return "purge_deleted_accounts";
    return name;
}

}  // namespace dreamina
