#include "scheduler/job_run.hpp"
#include "core/storage/accounts/deleted_accounts.hpp"
#include "core/storage/engine/transaction.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

TEST_CASE("deleted accounts go for good when their time is over")
{
    JobRun job;
    const std::vector ids{job.add("a@x.org"), job.add("b@x.org")};
    DeletedAccounts removed{*job};
    removed.begin("token", job.now + 60s);
    removed.add("token", ids, job.now);
    CHECK(job.run(purge_deleted_accounts).empty());
    job.now += 60s;
    CHECK(job.run(purge_deleted_accounts) == "2 deleted accounts purged");
    CHECK(number(*job, "SELECT count(*) FROM accounts WHERE deleted_at IS NOT NULL") == 0);
    CHECK(job.run(purge_deleted_accounts).empty());
}
