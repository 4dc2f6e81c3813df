#pragma once
/// Stands in for the register service and for the upstream's token routes, and keeps what it was asked. Any thread.

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/base/json_reader.hpp"
#include "core/clients/recording_transport.hpp"
#include "core/clients/retrying_transport.hpp"

namespace dreamina {

class TwoServices : public HttpTransport {
public:
    HttpResult send(const HttpRequest& request, std::stop_token stop) override
    {
        const std::string path = request.url.substr(request.url.find('/', 8));
        {
            const std::lock_guard lock{mutex_};
            ++asked_[path];
        }
        if (away) return fault_of(HttpFault::unreachable);
        if (path == "/session/update") return refresh(request, stop);
        if (path == "/ping") return answer_of(200, "pong");
        if (path == "/token/points") return has_points ? points(request) : answer_of(404, "404 page not found");
        if (path == "/token/check") return check(request);
        if (path == "/token/receive") return receive(request);
        if (path.starts_with("/register")) return answer_of(200, R"({"task_id": "task-1", "status": "pending"})");
        if (path.starts_with("/tasks/")) return next_task();
        return answer_of(404, "{}");
    }

    int asked(const std::string& path)
    {
        const std::lock_guard lock{mutex_};
        return asked_[path];
    }
    /// How often each e-mail's session was asked for.
    std::map<std::string, int> refreshed()
    {
        const std::lock_guard lock{mutex_};
        return refreshed_;
    }
    /// How many refreshes are being held now: see holds_refreshes.
    int held()
    {
        const std::lock_guard lock{mutex_};
        return held_;
    }
    int max_at_a_time()
    {
        const std::lock_guard lock{mutex_};
        return max_at_a_time_;
    }

    std::atomic<bool> away = false;
    std::atomic<bool> live = true;        ///< what /token/check says of all but `dead_session`
    std::atomic<bool> has_points = true;  ///< whether it has the route
    std::string dead_session;
    std::string login_error = "[API_TOKEN_EXPIRES] the token has expired";
    std::atomic<bool> holds_refreshes = false;  ///< they take until they are stopped
    std::atomic<int> refresh_ms = 0;
    std::string session_prefix;
    std::map<std::string, std::pair<int, std::string>> refused_emails;
    std::string bad_session;        ///< has expired; a row of an upstream of the second dialect says so
    std::vector<HttpResult> tasks;  ///< answers of the task, the last one again and again

private:
    HttpResult refresh(const HttpRequest& request, const std::stop_token& stop)
    {
        const std::string email = Json::parse(request.json_body.value())["email"];
        {
            const std::lock_guard lock{mutex_};
            max_at_a_time_ = std::max(max_at_a_time_, ++now_);
        }
        const bool holds = holds_refreshes;
        if (holds) count_held(1);
        const bool whole =
            holds ? pause_for(std::chrono::minutes{2}, stop) : pause_for(milliseconds{refresh_ms.load()}, stop);
        if (holds) count_held(-1);
        const std::lock_guard lock{mutex_};
        --now_;
        if (!whole) return fault_of(HttpFault::cancelled, "cancelled");
        ++refreshed_[email];
        if (const auto refused = refused_emails.find(email); refused != refused_emails.end())
            return answer_of(refused->second.first, Json{{"detail", refused->second.second}}.dump());
        const std::string session = session_prefix + "0123456789abcdef0123456789abcdef";
        return answer_of(200, Json{{"email", email}, {"password", "p"}, {"session_id", session}}.dump());
    }

    HttpResult points(const HttpRequest& request)
    {
        Json rows = Json::array();
        std::string rest = request.bearer;
        while (!rest.empty()) {
            const std::string token = rest.substr(0, rest.find(','));
            rest = token.size() == rest.size() ? "" : rest.substr(token.size() + 1);
            if (!bad_session.empty() && token.ends_with(bad_session)) {
                rows.push_back({{"token", token}, {"error", login_error}});
                continue;
            }
            rows.push_back({{"token", token}, {"points", {{"totalCredit", 77}}}});
        }
        return answer_of(200, rows.dump());
    }

    HttpResult check(const HttpRequest& request) const
    {
        const std::string token = Json::parse(request.json_body.value())["token"];
        const bool dead = !dead_session.empty() && token.ends_with(dead_session);
        return answer_of(200, Json{{"live", live && !dead}}.dump());
    }

    HttpResult receive(const HttpRequest& request)
    {
        return answer_of(200, Json::array({{{"token", request.bearer}, {"credits", 180}, {"received", true}}}).dump());
    }

    HttpResult next_task()
    {
        const std::lock_guard lock{mutex_};
        if (tasks.empty()) return answer_of(200, R"({"task_id": "task-1", "status": "pending", "result": null})");
        HttpResult next = tasks.front();
        if (tasks.size() > 1) tasks.erase(tasks.begin());
        return next;
    }

    std::mutex mutex_;
    std::map<std::string, int> asked_, refreshed_;
    int now_ = 0;
    int max_at_a_time_ = 0;
    int held_ = 0;

    void count_held(int change)
    {
        const std::lock_guard lock{mutex_};
        held_ += change;
    }
};

}  // namespace dreamina
