#pragma once
/// One job while it is worked on, and the functions that do each kind. They return when the job has ended or `stop` is
/// requested (the scheduler ends, or the job was cancelled); the caller settles what they left open then.

#include <chrono>
#include <stop_token>

#include "core/clients/http_client.hpp"
#include "job_runner.hpp"
#include "core/storage/stores/job_progress.hpp"

namespace dreamina {

struct JobWork {
    Database& database;
    SettingsFile& settings_file;
    HttpTransport& http;
    const JobRunner::Options& options;
    Job job;
    std::stop_token stop;

    Settings settings() const { return settings_file.current()->settings; }
};

void run_registration(JobWork& work);
void run_points_update(JobWork& work);
void run_session_check(JobWork& work);
void run_daily_credits(JobWork& work);

}  // namespace dreamina
