#include "core/storage/webhooks/webhook_deliveries.hpp"

#include "core/storage/webhooks/webhook_shelf.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {
using DeliveryIds = std::vector<std::string>;
}

TEST_CASE("an event is added with what it tells, and is due at once")
{
    WebhookShelf shelf;
    const std::string id = shelf.add();
    CHECK(id.starts_with("msg_"));
    const WebhookDelivery added = shelf.get(id);
    CHECK(added.generation_id == "g1");
    CHECK(added.key == shelf.key);
    CHECK(added.event == "generation.completed");
    CHECK(added.url == shop_url);
    CHECK(added.payload.find(R"("data":{"id":"gen_g1"})") != std::string::npos);
    CHECK(added.attempts == 0);
    CHECK(added.created_at == shelf.now);
    CHECK(state_of(added) == DeliveryState::pending);
    CHECK(shelf.deliveries.any_due(shelf.now));
    CHECK(shelf.due() == DeliveryIds{id});
}

TEST_CASE("an event goes with the transaction that adds it")
{
    WebhookShelf shelf;
    {
        const Transaction transaction{*shelf};
        shelf.add();
    }
    CHECK_FALSE(shelf.deliveries.any_due(shelf.now));
}

TEST_CASE("nobody is told who does not want to hear of it")
{
    WebhookShelf shelf;
    std::optional<std::string> own;
    const auto is_told = [&](const WebhookEvent& event) { return shelf.tell(event, own).has_value(); };
    WebhookEvent event = shelf.event();

    event.key = 0;  // the administrator has no webhook
    CHECK_FALSE(is_told(event));
    event.key = shelf.add_key("without");
    CHECK_FALSE(is_told(event));
    own = shop_url;  // nothing could sign it
    CHECK_FALSE(is_told(event));
    own.reset();

    event = shelf.event();
    event.kind = WebhookEventKind::in_progress;
    CHECK_FALSE(is_told(event));
    shelf.change({.url = shop_url, .in_progress = true});
    CHECK(is_told(event));

    event.kind = WebhookEventKind::cancelled;
    CHECK(is_told(event));
    shelf.webhooks.switch_off(shelf.key, shop_url, shelf.now);
    CHECK_FALSE(is_told(event));
    own = "https://own.example/";  // which has not said that it is gone
    CHECK(is_told(event));

    ApiKeyStore{*shelf}.revoke(shelf.key, shelf.now);
    CHECK_FALSE(is_told(event));
}

TEST_CASE("a request's own address comes before the key's, and does without it")
{
    WebhookShelf shelf;
    CHECK(shelf.get(shelf.add_to("https://own.example/1")).url == "https://own.example/1");
    shelf.change({.hosts = {"own.example"}});
    CHECK(shelf.get(shelf.add_to("https://own.example/2")).url == "https://own.example/2");
    CHECK_FALSE(shelf.tell(shelf.event()));
}

TEST_CASE("what failed is due when it is said to be, and what ended no more")
{
    WebhookShelf shelf;
    const std::string id = shelf.add();
    shelf.deliveries.record_failed(
        id, {.status = 500, .error = {"delivery.status", {{"status", 500}}}, .next_at = shelf.now + 5s}, shelf.now);
    CHECK(shelf.due().empty());
    shelf.now += 5s - 1ms;
    CHECK_FALSE(shelf.deliveries.any_due(shelf.now));
    shelf.now += 1ms;
    CHECK(shelf.due() == DeliveryIds{id});
    WebhookDelivery row = shelf.get(id);
    CHECK(row.attempts == 1);
    CHECK(row.last_status == 500);
    CHECK(row.last_error == Message{"delivery.status", {{"status", 500}}});

    shelf.deliveries.record_delivered(id, 204, shelf.now);
    row = shelf.get(id);
    CHECK(state_of(row) == DeliveryState::delivered);
    CHECK(row.attempts == 2);
    CHECK(row.last_status == 204);
    CHECK(row.last_error.empty());
    CHECK(shelf.due().empty());

    const std::string other = shelf.add("g2");
    shelf.deliveries.record_failed(other, {.status = {}, .error = {"delivery.gone"}, .next_at = {}}, shelf.now);
    CHECK(state_of(shelf.get(other)) == DeliveryState::failed);
    CHECK(shelf.get(other).gave_up_at == shelf.now);
    CHECK(shelf.due().empty());
}

TEST_CASE("the longest due come first, without those under way and those of a host that is full")
{
    WebhookShelf shelf;
    const std::string first = shelf.add_to("https://a.example/1");
    shelf.now += 1ms;
    const std::string second = shelf.add_to("https://a.example?2");
    const std::string third = shelf.add_to("https://a.example.org/3");
    const std::string fourth = shelf.add_to("https://b.example/4");
    shelf.now += 1ms;
    CHECK(shelf.due().front() == first);
    CHECK(shelf.due().size() == 4);
    CHECK(shelf.due({first, second, third}) == DeliveryIds{fourth});
    const auto without = shelf.due({}, {"https://a.example/", "https://b.example/"});
    CHECK(std::count(without.begin(), without.end(), first) == 0);
    CHECK(std::count(without.begin(), without.end(), third) == 1);
    CHECK(std::count(without.begin(), without.end(), fourth) == 0);
    CHECK(shelf.deliveries.due(shelf.now, {}, {}, 2).size() == 2);
}

TEST_CASE("when a receiver is gone all that waits for it is given up, and nothing else")
{
    WebhookShelf shelf;
    const std::string waiting = shelf.add();
    const std::string delivered = shelf.add("g2");
    shelf.deliveries.record_delivered(delivered, 200, shelf.now);
    const std::string elsewhere = shelf.add_to("https://own.example/");
    const ApiKeyId other_key = shelf.add_key("other");
    shelf.set_up(other_key);
    WebhookEvent event = shelf.event();
    event.key = other_key;
    const std::string others = shelf.tell(event).value();

    shelf.deliveries.give_up_all(shelf.key, shop_url, {"delivery.gone"}, shelf.now);
    CHECK(state_of(shelf.get(waiting)) == DeliveryState::failed);
    CHECK(shelf.get(waiting).last_error.code == "delivery.gone");
    CHECK(state_of(shelf.get(delivered)) == DeliveryState::delivered);
    CHECK(state_of(shelf.get(elsewhere)) == DeliveryState::pending);
    CHECK(state_of(shelf.get(others)) == DeliveryState::pending);
}

TEST_CASE("what is sent again is due at once, under its id, with all attempts before it")
{
    WebhookShelf shelf;
    const std::string id = shelf.add();
    shelf.deliveries.record_failed(id, {.status = 500, .error = {"delivery.gone"}, .next_at = {}}, shelf.now);
    shelf.now += 1h;
    shelf.deliveries.resend(id, "https://new.example/", shelf.now);
    const WebhookDelivery row = shelf.get(id);
    CHECK(shelf.due() == DeliveryIds{id});
    CHECK(row.url == "https://new.example/");
    CHECK(row.attempts == 0);
    CHECK_FALSE(row.last_status);
    CHECK(row.last_error.empty());
}

TEST_CASE("listed by key, state and generation, the latest first")
{
    WebhookShelf shelf;
    const std::string first = shelf.add("g1");
    shelf.now += 1s;
    const std::string second = shelf.add("g2");
    shelf.now += 1s;
    const std::string test = shelf.deliveries.add_test(shelf.key, shop_url, shelf.now);
    shelf.deliveries.record_delivered(first, 200, shelf.now);
    const auto list = [&](const DeliveryFilter& filter, std::int64_t page = 1, std::int64_t size = 10) {
        DeliveryIds ids;
        for (const WebhookDelivery& each : shelf.deliveries.list(filter, page, size).items) ids.push_back(each.id);
        return ids;
    };
    CHECK(list({}) == DeliveryIds{test, second, first});
    CHECK(list({}, 2, 2) == DeliveryIds{first});
    CHECK(shelf.deliveries.list({}, 2, 2).total == 3);
    CHECK(list({.state = DeliveryState::delivered}) == DeliveryIds{first});
    CHECK(list({.state = DeliveryState::pending}) == DeliveryIds{test, second});
    CHECK(list({.generation = "g2"}) == DeliveryIds{second});
    CHECK(list({.key = shelf.key + 1}).empty());
    CHECK_FALSE(shelf.get(test).generation_id);
    CHECK(shelf.get(test).event == "webhook.test");
}

TEST_CASE("a key whose events fail again and again is named")
{
    WebhookShelf shelf;
    const std::string id = shelf.add();
    for (int i = 0; i < 2; ++i)
        shelf.deliveries.record_failed(id, {.status = 500, .error = {}, .next_at = shelf.now}, shelf.now);
    CHECK(shelf.deliveries.names_of_failing(3).empty());
    shelf.deliveries.record_failed(id, {.status = 500, .error = {}, .next_at = shelf.now}, shelf.now);
    CHECK(shelf.deliveries.names_of_failing(3) == DeliveryIds{"shop"});
    shelf.deliveries.record_delivered(id, 200, shelf.now);
    CHECK(shelf.deliveries.names_of_failing(3).empty());
}

TEST_CASE("only what ended before is removed")
{
    WebhookShelf shelf;
    const std::string old = shelf.add("g1");
    const std::string pending = shelf.add("g2");
    const std::string ended_later = shelf.add("g3");
    shelf.deliveries.record_delivered(old, 200, shelf.now);
    shelf.now += 48h;
    shelf.deliveries.record_delivered(ended_later, 200, shelf.now);
    CHECK(shelf.deliveries.remove_ended_before(shelf.now - 24h, {}) == 1);
    CHECK_FALSE(shelf.deliveries.find(old));
    CHECK(shelf.deliveries.find(pending));
    CHECK(shelf.deliveries.find(ended_later));
}
