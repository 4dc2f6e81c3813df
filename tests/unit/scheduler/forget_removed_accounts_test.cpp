#include "scheduler/job_run.hpp"
#include "storage/removed_accounts.hpp"
#include "storage/transaction.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

TEST_CASE("deleted accounts go for good when their time is over")
{
    JobRun job;
    const std::vector ids{job.add("a@x.org"), job.add("b@x.org")};
    RemovedAccounts removed{*job};
    removed.begin("token", job.now + 60s);
    removed.remove("token", ids);
    CHECK(job.run(forget_removed_accounts).empty());
    job.now += 60s;
    CHECK(job.run(forget_removed_accounts) == "2 deleted accounts are gone for good");
    CHECK(number(*job, "SELECT count(*) FROM removed_accounts") == 0);
    CHECK(job.run(forget_removed_accounts).empty());
}
