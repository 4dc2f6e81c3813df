#pragma once
/// One run of one timed job, at a time that the test sets.

#include "jobs.hpp"
#include "pool/account_pool.hpp"

namespace dreamina {

struct JobRun : AccountPool {
    void run(void (*job)(JobContext&))
    {
        JobContext context{
            .database = **this, .database_file = file, .settings = settings, .now = now};
        job(context);
    }
};

}  // namespace dreamina
