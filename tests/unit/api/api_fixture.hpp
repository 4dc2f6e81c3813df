#pragma once
/// The handlers of /api over a real database and a real config.json in a temporary folder.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/clients/recording_transport.hpp"
#include "api/http/router.hpp"
#include "core/storage/accounts/account_store.hpp"
#include "core/storage/empty_database.hpp"
#include "temporary_folder.hpp"

class ApiFixture {
    TemporaryFolder folder_;  // there before all others, and after them

public:
    explicit ApiFixture(std::map<std::string, std::string> environment = {})
    {
        dreamina::make_empty_database(folder_ / "dreamina.db");
        database_ = std::make_unique<dreamina::Database>(folder_ / "dreamina.db");
        auto file = dreamina::SettingsFile::open(
            folder_ / "config.json",
            [environment = std::move(environment)](const std::string& name) -> std::optional<std::string> {
                const auto found = environment.find(name);
                return found == environment.end() ? std::nullopt : std::optional{found->second};
            });
        REQUIRE_MESSAGE(file.has_value(), (file ? "" : file.error().message));
        settings_file_ = std::move(*file);
        services_ = std::make_unique<dreamina::Services>(
            dreamina::Services{*settings_file_, passwords_, folder_ / "dreamina.db", readiness, durations});
    }

    dreamina::Database& database() { return *database_; }
    dreamina::AccountStore accounts() { return dreamina::AccountStore{*database_}; }
    const dreamina::Settings& settings() const { return settings_file_->current()->settings; }
    dreamina::SettingsFile& settings_file() { return *settings_file_; }
    std::filesystem::path config() const { return folder_ / "config.json"; }

    dreamina::Call call(const dreamina::Request& request)
    {
        return {.request = request,
                .captures = {},
                .database = *database_,
                .services = *services_,
                .now = now,
                .snapshot = settings_file_->current()};
    }

    /// Sends a request as the administrator through one resource's routes, as the dispatcher would.
    dreamina::HandlerResult run(const std::vector<dreamina::Route>& routes, dreamina::Request request)
    {
        if (find_header(request.headers, "Authorization") == nullptr &&
            find_header(request.headers, "Cookie") == nullptr)
            request.headers.push_back({"Authorization", "Bearer " + token});
        const auto match = find_route(routes, request.method, request.path);
        REQUIRE_MESSAGE(match.route != nullptr, request.method << " " << request.path);
        dreamina::Call made = call(request);
        made.captures = match.captures;
        return run_handler(*match.route, made);
    }
    dreamina::Reply reply(const std::vector<dreamina::Route>& routes, dreamina::Request request)
    {
        return std::get<dreamina::Reply>(run(routes, std::move(request)));
    }

    /// "/api/x?a=b"
    static dreamina::Request request(std::string method, const std::string& target, std::string body = "")
    {
        dreamina::Request request;
        request.method = std::move(method);
        request.target = target;
        request.path = target.substr(0, target.find('?'));
        if (const auto mark = target.find('?'); mark != std::string::npos) request.query = target.substr(mark + 1);
        request.content_type = "application/json";
        request.remote_address = "127.0.0.1";
        request.body = dreamina::Body{std::move(body)};
        return request;
    }

    /// What the upstream is asked by those who want to know whether it is there.
    std::optional<int> upstream_status = 200;  ///< none: it cannot be reached
    dreamina::RecordingTransport upstream{[this](const dreamina::HttpRequest&) {
        return upstream_status ? dreamina::answer_of(*upstream_status, "pong")
                               : dreamina::fault_of(dreamina::HttpFault::unreachable);
    }};
    dreamina::Readiness readiness{folder_ / "dreamina.db", upstream};

    dreamina::ModelDurations durations;
    dreamina::Time now = dreamina::parse_rfc3339("2026-11-22T12:00:00Z").value();
    std::string token = "admin123";

private:
    std::unique_ptr<dreamina::Database> database_;
    std::unique_ptr<dreamina::SettingsFile> settings_file_;
    dreamina::PasswordCheck passwords_;
    std::unique_ptr<dreamina::Services> services_;
};

/// Two session ids.
inline const std::string session_a = "0123456789abcdef0123456789abcdef";
inline const std::string session_b = "fedcba9876543210fedcba9876543210";

/// One request and what must come of it.
struct Scenario {
    std::string name;
    std::string method;
    std::string target;
    std::string body;
    int status;
    std::string body_part;  ///< stands somewhere in the answer
};
