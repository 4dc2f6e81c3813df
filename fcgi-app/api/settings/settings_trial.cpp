#include "api/settings/settings_trial.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "api/http/json_values.hpp"
#include "core/clients/http_client.hpp"
#include "core/clients/register_service.hpp"
#include "core/clients/upstream_detection.hpp"
#include "core/storage/engine/transaction.hpp"
#include "core/storage/stores/upstream_facts_store.hpp"

namespace dreamina {
namespace {

HandlerResult try_out(Call& call);

}  // namespace

std::vector<Route> settings_trial_routes() { return {{"POST", "/api/settings/test", Access::admin, try_out}}; }

namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

/// The page shows a spinner meanwhile.
constexpr std::chrono::milliseconds patience = 5s;

/// What was found, as a word for programs and a message for people.
struct TrialResult {
    std::string code = "ok";
    Message message;
    std::optional<int> http_status;
    // Of an upstream; empty where they are not known.
    std::string upstream = {};
    std::string version = {};
    std::string instead = {};  ///< the address to enter
};

struct TrialRequest {
    std::string what;
    std::optional<std::string> url;
    std::optional<std::string> key;
};

/// Gives all calls together no more than `patience`.
class ImpatientTransport : public HttpTransport {
public:
    HttpResult send(const HttpRequest& request, std::stop_token stop) override
    {
        HttpRequest hurried = request;
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end_ - steady_clock::now());
        hurried.timeout = std::clamp(left, 1ms, request.timeout);
        hurried.max_answer = std::min<std::size_t>(request.max_answer, 64U << 10U);
        return curl_.send(hurried, stop);
    }

private:
    steady_clock::time_point end_ = steady_clock::now() + patience;
    CurlTransport curl_;
};

Result<TrialRequest> read_trial_request(const Request& request)
{
    auto reader = JsonReader::parse(request.body.text());
    if (!reader) return tl::unexpected(reader.error());
    TrialRequest wanted;
    wanted.what = reader->required("what", reader->text("what", {.min = 1, .max = 64}));
    if (!wanted.what.empty() && wanted.what != "upstream" && wanted.what != "register_service")
        reader->fail("what",
                     {"field.not_one_of", {{"choices", std::vector<std::string>{"upstream", "register_service"}}}});
    const SettingRow& url_row = *find_setting(wanted.what == "upstream" ? "UPSTREAM_BASE_URL" : "REGISTER_API_URL");
    wanted.url = reader->text("url", {.max = static_cast<std::size_t>(url_row.max)}).value;
    wanted.key = reader->text("key", {.max = 1024}).value;
    if (wanted.url && !wanted.url->empty()) {
        if (const auto fault = url_row.check(*wanted.url)) reader->fail("url", *fault);
    }
    if (wanted.key && wanted.what == "upstream") reader->fail("key", {"field.not_for_upstream"});
    if (const auto faults = reader->finish(); !faults) return tl::unexpected(faults.error());
    return wanted;
}

TrialResult try_upstream(const std::string& url)
{
    CurlTransport http;
    const UpstreamDetection found = detect_upstream(http, url, patience);
    const bool good = is_upstream(found.diagnosis);
    return {.code = good ? "ok" : std::string{to_string(found.diagnosis)},
            .message = found.message,
            .http_status = found.http_status,
            .upstream = std::string{to_string(kind_of(found.diagnosis))},
            .version = found.version,
            .instead = found.instead};
}

/// The codes of RegisterService, in the words of this route.
std::string_view code_of(const Error& error)
{
    if (error.code == "register_key_refused") return "unauthorized";
    if (error.code == "register_unreachable") return "unreachable";
    if (error.code == "register_timed_out") return "timed_out";
    if (error.code == "register_cut") return "cut";
    if (error.code == "register_misconfigured") return "bad_address";
    if (error.code == "register_unavailable" || error.code == "register_failed") return "http_error";
    return "not_the_service";
}

TrialResult try_register_service(const std::string& url, const std::string& key)
{
    ImpatientTransport http;
    const RegisterService service{http, url, key};
    const std::stop_token never;
    if (const auto well = service.health(never); !well)
        return {std::string{code_of(well.error())}, message_of(well.error()), {}};
    // Its health is open to all; only a task's address, of which there need be none, says what it thinks of the key.
    if (const auto task = service.task("none", never); !task)
        return {std::string{code_of(task.error())}, message_of(task.error()), {}};
    return {"ok", {"register.works"}, 200};
}

TrialResult find_out(const TrialRequest& wanted, const Settings& settings)
{
    const auto given = [](const std::optional<std::string>& value) { return value && !value->empty(); };
    if (wanted.what == "upstream") return try_upstream(given(wanted.url) ? *wanted.url : settings.upstream_base_url);
    const auto url = wanted.url ? wanted.url : settings.register_api_url;
    // The stored key is for the address that it was stored for: another one would learn it.
    const auto stored = url == settings.register_api_url ? settings.register_api_key : std::nullopt;
    const auto key = wanted.key && *wanted.key != masked_secret ? wanted.key : stored;
    if (!given(url) || !given(key)) return {"not_configured", {"register.needs_address_and_key"}, {}};
    return try_register_service(*url, *key);
}

/// Another program answers at the address in use than the one that is known there.
void doubt_known_upstream(Call& call, const TrialResult& found)
{
    UpstreamFactsStore store{call.database};
    const UpstreamFacts known = store.read();
    const bool is_there = known.base_url == call.settings().upstream_base_url;
    if (found.upstream.empty() || !is_there || to_string(known.kind) == found.upstream) return;
    Transaction transaction{call.database};
    store.doubt(system_now());
    transaction.commit();
}

HandlerResult try_out(Call& call)
{
    const auto wanted = read_trial_request(call.request);
    if (!wanted) return bad_body_reply(wanted.error());
    const auto began = steady_clock::now();
    const TrialResult found = find_out(*wanted, call.settings());
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - began);
    const bool is_in_use = !wanted->url || wanted->url->empty() || *wanted->url == call.settings().upstream_base_url;
    if (wanted->what == "upstream" && is_in_use) doubt_known_upstream(call, found);
    const auto or_null = [](const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); };
    return json_reply(200, {{"ok", found.code == "ok"},
                            {"code", found.code},
                            {"result_message", message_json(found.message)},
                            {"message", english(found.message)},
                            {"http_status", found.http_status ? Json(*found.http_status) : Json(nullptr)},
                            {"upstream", or_null(found.upstream)},
                            {"version", or_null(found.version)},
                            {"instead", or_null(found.instead)},
                            {"duration_ms", took.count()}});
}

}  // namespace
}  // namespace dreamina
