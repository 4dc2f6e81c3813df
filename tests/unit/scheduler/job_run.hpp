#pragma once
/// One run of one timed job, at a time that the test sets.

#include "jobs.hpp"
#include "core/pool/account_pool.hpp"

namespace dreamina {

struct JobRun : AccountPool {
    /// What it has to say, in English.
    std::string run(void (*job)(JobContext&), const std::stop_token& stop = {})
    {
        JobContext context{.database = **this, .database_file = file, .settings = settings, .now = now, .stop = stop};
        job(context);
        return english(context.summary);
    }
};

}  // namespace dreamina
