#include "webhook_deliverer.hpp"

#include <algorithm>
#include <deque>
#include <set>

#include "core/base/said.hpp"
#include "core/domain/webhook/webhook_schedule.hpp"
#include "core/storage/log/audit_store.hpp"
#include "core/storage/webhooks/webhook_shelf.hpp"
#include "holds.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

/// Stands in for the network: keeps what was asked, and answers as the test says.
class RecordingSender : public WebhookSender {
public:
    struct Asked {
        std::string tag;
        WebhookRequest request;
    };
    using Work = std::function<std::optional<WebhookAnswer>(const WebhookRequest&)>;

    explicit RecordingSender(Work answer) : work(std::move(answer)) {}

    void begin(std::string tag, const WebhookRequest& request) override
    {
        asked.push_back({tag, request});
        under_way.push_back({std::move(tag), request});
        most_at_once = std::max(most_at_once, under_way.size());
    }

    /// One at a time. Those without an answer stay under way.
    std::vector<WebhookAnswer> wait(std::chrono::milliseconds, const std::stop_token&) override
    {
        if (on_wait) on_wait();
        for (auto each = under_way.begin(); each != under_way.end(); ++each) {
            auto answer = work(each->request);
            if (!answer) continue;
            answer->tag = each->tag;
            under_way.erase(each);
            return {*std::move(answer)};
        }
        return {};
    }

    Work work;
    std::function<void()> on_wait;
    std::vector<Asked> asked;
    std::deque<Asked> under_way;
    std::size_t most_at_once = 0;
};

std::optional<WebhookAnswer> status(int code, std::string body = "")
{
    return WebhookAnswer{.tag = {}, .status = code, .failure = {}, .body = std::move(body), .retry_after = {}};
}

struct Delivery : WebhookShelf {
    Settings settings;
    std::optional<WebhookAnswer> answer = status(200);
    RecordingSender sender{[this](const WebhookRequest&) { return answer; }};

    WebhookDeliverer::Outcome run(const std::stop_token& stop = {})
    {
        WebhookDeliverer deliverer{**this,
                                   sender,
                                   [this] { return settings; },
                                   {.clock = [this] { return now; }, .fraction = [] { return 0.0; }}};
        return deliverer.run(stop);
    }
    std::string header(std::size_t call, std::string_view name)
    {
        for (const auto& [key, value] : sender.asked.at(call).request.headers)
            if (key == name) return value;
        return {};
    }
};

}  // namespace

TEST_CASE("an event is sent once, signed for the moment of the attempt")
{
    Delivery delivery;
    const std::string id = delivery.add();
    delivery.now += 10min;
    CHECK(delivery.run().delivered == 1);
    REQUIRE(delivery.sender.asked.size() == 1);
    const WebhookRequest& sent = delivery.sender.asked[0].request;
    const std::int64_t timestamp = std::chrono::floor<std::chrono::seconds>(delivery.now.time_since_epoch()).count();
    CHECK(sent.url == shop_url);
    CHECK_FALSE(sent.allows_private);
    CHECK(sent.body == delivery.get(id).payload);
    CHECK(delivery.header(0, "webhook-id") == id);
    CHECK(delivery.header(0, "webhook-timestamp") == std::to_string(timestamp));
    const auto secrets = delivery.webhooks.secrets(delivery.key, delivery.now);
    CHECK(delivery.header(0, "webhook-signature") == webhook_signature(id, timestamp, sent.body, secrets));
    CHECK(state_of(delivery.get(id)) == DeliveryState::delivered);
    CHECK(delivery.run().delivered == 0);
    CHECK(delivery.sender.asked.size() == 1);
}

TEST_CASE("while a secret is exchanged both sign")
{
    Delivery delivery;
    delivery.webhooks.set_secret(delivery.key, new_webhook_secret(), delivery.now);
    delivery.add();
    delivery.run();
    const std::string signature = delivery.header(0, "webhook-signature");
    CHECK(std::count(signature.begin(), signature.end(), ' ') == 1);
    CHECK(signature.find(" v1,") != std::string::npos);
}

TEST_CASE("what fails is tried ten times by the schedule, under the same id, and then given up")
{
    Delivery delivery;
    const std::string id = delivery.add();
    delivery.answer = status(500, "out of order");
    for (std::size_t attempt = 0; attempt < webhook_delays.size(); ++attempt) {
        CAPTURE(attempt);
        delivery.now += webhook_delays.at(attempt);
        if (attempt > 0) {
            delivery.now -= 1ms;
            CHECK(delivery.run().failed == 0);
            delivery.now += 1ms;
        }
        CHECK(delivery.run().failed == 1);
        CHECK(delivery.get(id).attempts == static_cast<std::int64_t>(attempt) + 1);
        CHECK(delivery.header(attempt, "webhook-id") == id);
    }
    CHECK(std::stoll(delivery.header(9, "webhook-timestamp")) - std::stoll(delivery.header(0, "webhook-timestamp")) >
          300);
    const WebhookDelivery row = delivery.get(id);
    CHECK(state_of(row) == DeliveryState::failed);
    CHECK(row.last_status == 500);
    CHECK(english(row.last_error) == "The receiver answered 500: out of order");
    delivery.now += 1000h;
    delivery.run();
    CHECK(delivery.sender.asked.size() == 10);
}

TEST_CASE("a failure is told apart: no answer, a redirect, a status")
{
    Delivery delivery;
    const auto error_after = [&](std::optional<WebhookAnswer> answer) {
        delivery.answer = std::move(answer);
        const std::string id = delivery.add();
        delivery.run();
        CHECK(state_of(delivery.get(id)) == DeliveryState::pending);
        return delivery.get(id).last_error;
    };
    CHECK(error_after(status(302)) == Message{"delivery.redirect", {{"status", 302}}});
    CHECK(error_after(status(404)) == Message{"delivery.status", {{"status", 404}}});
    const Message unreachable{"http.unreachable", {{"host", "shop.example"}, {"reason", "Timeout was reached"}}};
    CHECK(error_after(WebhookAnswer{.tag = {}, .status = {}, .failure = unreachable}) == unreachable);
}

TEST_CASE("what a receiver quotes of secrets is not kept")
{
    Delivery delivery;
    delivery.answer = status(401, "wrong password=hunter2");
    const std::string id = delivery.add();
    delivery.run();
    CHECK(english(delivery.get(id).last_error).find("hunter2") == std::string::npos);
}

TEST_CASE("a receiver that asks for more time gets it")
{
    Delivery delivery;
    const std::string id = delivery.add();
    delivery.answer = status(503);
    delivery.answer->retry_after = 120s;
    delivery.run();
    CHECK(delivery.get(id).next_at == delivery.now + 120s);
}

TEST_CASE("the log names what failed by its whole id")
{
    Delivery delivery;
    delivery.answer = status(500);
    const std::string id = delivery.add();
    const std::string text = said([&] { delivery.run(); });
    CHECK_MESSAGE(text.find("webhook " + id + " of key ") != std::string::npos, text);
}

TEST_CASE("a test is tried once")
{
    Delivery delivery;
    delivery.answer = status(500);
    const std::string id = delivery.deliveries.add_test(delivery.key, shop_url, delivery.now);
    delivery.run();
    CHECK(state_of(delivery.get(id)) == DeliveryState::failed);
}

TEST_CASE("a 410 switches the key's address off, gives up what waits for it, and is in the audit trail")
{
    Delivery delivery;
    const std::string first = delivery.add("g1");
    delivery.answer = status(500);
    delivery.run();
    const std::string second = delivery.add("g2");
    delivery.answer = status(410);
    delivery.run();
    CHECK(delivery.sender.asked.size() == 2);
    CHECK(state_of(delivery.get(first)) == DeliveryState::failed);
    CHECK(state_of(delivery.get(second)) == DeliveryState::failed);
    CHECK(delivery.get(second).last_error.code == "delivery.gone");
    CHECK(delivery.webhooks.find(delivery.key).value().off_at == delivery.now);
    CHECK_FALSE(delivery.tell(delivery.event("g3")));

    const auto rows = AuditStore{*delivery}.list({}, 10);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].caller.kind == CallerKind::scheduler);
    CHECK(rows[0].action == AuditAction::disable);
    CHECK(rows[0].subject == AuditSubject::key);
    CHECK(rows[0].subject_id == std::to_string(delivery.key));
    CHECK(rows[0].subject_name == "shop");
}

TEST_CASE("a 410 from a request's own address leaves the key's alone")
{
    Delivery delivery;
    const std::string own = delivery.add_to("https://own.example/1");
    delivery.answer = status(410);
    delivery.run();
    CHECK(state_of(delivery.get(own)) == DeliveryState::failed);
    CHECK_FALSE(delivery.webhooks.find(delivery.key).value().off_at);
    CHECK(AuditStore{*delivery}.list({}, 10).empty());
}

TEST_CASE("no more than eight are under way at once, and two at one host, whatever their addresses")
{
    Delivery delivery;
    for (int i = 0; i < 20; ++i) delivery.add_to("https://slow.example/" + std::to_string(i));
    for (int i = 0; i < 20; ++i) delivery.add_to("https://h" + std::to_string(i) + ".example/");
    const auto at_slow = [&] {
        return std::count_if(delivery.sender.under_way.begin(), delivery.sender.under_way.end(),
                             [](const auto& each) { return each.request.url.starts_with("https://slow.example/"); });
    };
    std::size_t looks = 0;
    delivery.sender.on_wait = [&] {
        CHECK(at_slow() <= 2);
        if (looks++ == 0) CHECK(delivery.sender.under_way.size() == 8);
    };
    // The slow one answers only when there is nothing else to do.
    delivery.sender.work = [&](const WebhookRequest& request) -> std::optional<WebhookAnswer> {
        const bool is_slow = request.url.starts_with("https://slow.example/");
        const auto others = static_cast<std::ptrdiff_t>(delivery.sender.under_way.size()) - at_slow();
        return is_slow && others > 0 ? std::nullopt : status(200);
    };
    CHECK(delivery.run().delivered == 40);
    CHECK(delivery.sender.most_at_once == 8);
}

TEST_CASE("a host that is full is passed over however its addresses are written")
{
    Delivery delivery;
    for (int i = 0; i < 5; ++i) delivery.add_to("https://slow.example?" + std::to_string(i));
    CHECK(delivery.run().delivered == 5);
    CHECK(delivery.sender.most_at_once == 2);
}

TEST_CASE("what becomes due meanwhile is sent beside what is under way")
{
    Delivery delivery;
    const std::string slow = delivery.add_to("https://slow.example/");
    std::string late;
    delivery.sender.on_wait = [&] {
        if (late.empty()) late = delivery.add("g2");
    };
    delivery.sender.work = [&](const WebhookRequest& request) -> std::optional<WebhookAnswer> {
        const bool may = request.url == shop_url || state_of(delivery.get(late)) == DeliveryState::delivered;
        return may ? status(200) : std::nullopt;
    };
    CHECK(delivery.run().delivered == 2);
    CHECK(state_of(delivery.get(slow)) == DeliveryState::delivered);
}

TEST_CASE("an attempt that was cut off is due again, at once and under the same id")
{
    Delivery delivery;
    const std::string id = delivery.add();
    std::stop_source stop;
    delivery.answer.reset();
    delivery.sender.on_wait = [&] { stop.request_stop(); };
    delivery.run(stop.get_token());
    CHECK(delivery.get(id).attempts == 0);
    delivery.answer = status(200);
    delivery.sender.under_way.clear();
    delivery.run();
    CHECK(delivery.header(0, "webhook-id") == id);
    CHECK(delivery.header(1, "webhook-id") == id);
    CHECK(state_of(delivery.get(id)) == DeliveryState::delivered);
}

TEST_CASE("what cannot be recorded is not sent again and again meanwhile")
{
    Delivery delivery;
    const std::string id = delivery.add();
    Database other{delivery.file};
    Database impatient{delivery.file, 0ms};
    std::optional<Transaction> lock;
    RecordingSender sender{[&](const WebhookRequest&) {
        lock.emplace(other);  // from here on nobody else can write
        return status(200);
    }};
    int rounds = 0;
    sender.on_wait = [&] {
        if (lock && ++rounds == 3) lock.reset();
    };
    WebhookDeliverer deliverer{
        impatient,
        sender,
        [] { return Settings{}; },
        {.look_every = 1ms, .clock = [&] { return delivery.now; }, .fraction = [] { return 0.0; }}};
    CHECK(deliverer.run({}).delivered == 1);
    CHECK(sender.asked.size() == 1);
    CHECK(state_of(delivery.get(id)) == DeliveryState::delivered);
}

TEST_CASE("an address that may no longer be used is given up without an attempt")
{
    Delivery delivery;
    delivery.settings.webhook_allow_hosts = "n8n:5678";
    const std::string allowed = delivery.add_to("http://n8n:5678/1");
    delivery.run();
    CHECK(delivery.sender.asked.at(0).request.allows_private);
    CHECK(state_of(delivery.get(allowed)) == DeliveryState::delivered);

    const std::string refused = delivery.add_to("http://n8n:5678/2");
    delivery.settings.webhook_allow_hosts.reset();
    CHECK(delivery.run().failed == 1);
    CHECK(delivery.sender.asked.size() == 1);
    CHECK(state_of(delivery.get(refused)) == DeliveryState::failed);
    CHECK(delivery.get(refused).last_error.code == "delivery.url_refused");
}

TEST_CASE("events of a key that was revoked meanwhile are not sent")
{
    Delivery delivery;
    const std::string id = delivery.add();
    ApiKeyStore{*delivery}.revoke(delivery.key, delivery.now);
    delivery.run();
    CHECK(delivery.sender.asked.empty());
    CHECK(delivery.get(id).last_error.code == "delivery.no_secret");
    CHECK(state_of(delivery.get(id)) == DeliveryState::failed);
}
