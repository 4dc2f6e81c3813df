#include "core/storage/results/result_store.hpp"

#include "core/domain/results/result_link.hpp"
#include "core/storage/encrypted_database.hpp"
#include "core/storage/results/result_link_keys.hpp"
#include "core/storage/results/result_list.hpp"
#include "core/storage/results/result_shelf.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

TEST_CASE("what an answer names is pending, with a link to it")
{
    ResultShelf shelf;
    const auto added = shelf.add({{.id = "0199aabbccddeeff00112233", .url = picture_url}}, 7);
    REQUIRE(added.size() == 1);
    CHECK(added[0].link.starts_with("/v1/results/res_0199aabbccddeeff00112233.png?exp="));
    const StoredResult row = shelf.get("0199aabbccddeeff00112233");
    CHECK(row.state == ResultState::pending);
    CHECK(row.source_url == picture_url);
    CHECK(row.source_host == "p3-sign.byteimg.com");
    CHECK(row.api_key == 7);
    CHECK(row.expires_at == shelf.now + std::chrono::days{7});
    CHECK(shelf.store.any_due(shelf.now));
    CHECK_FALSE(shelf.store.any_due(shelf.now - 1ms));
    CHECK(shelf.store.due(shelf.now, std::vector{row.id}, {}, 10).empty());
    CHECK(shelf.store.due(shelf.now, {}, std::vector{row.source_host}, 10).empty());
}

TEST_CASE("what may not be fetched has no link, and says why")
{
    ResultShelf shelf;
    const auto added = shelf.add({{.id = shelf.next_id(), .url = "https://evil.example/x"},
                                  {.id = shelf.next_id(), .url = "file:///etc/passwd"},
                                  {.id = shelf.next_id(), .url = "https://evil.example/x", .is_in_text = true},
                                  {.id = shelf.next_id(), .url = picture_url}});
    REQUIRE(added.size() == 2);
    CHECK(added[0].link.empty());
    CHECK((added[1].place == 3 && !added[1].link.empty()));
    const auto page = search_results(*shelf, {.state = ResultState::failed}, "", 10);
    REQUIRE(page.items.size() == 1);
    CHECK(page.items[0].last_error.code == "storing.host_refused");
    CHECK_FALSE(shelf.store.due(shelf.now, {}, {}, 10).empty());
}

TEST_CASE("an attempt that failed is due later, until it has failed for good")
{
    ResultShelf shelf;
    const std::string id = shelf.add_pending();
    shelf.store.record_failed(id, shelf.now + 2s, {"storing.no_room"});
    CHECK(shelf.get(id).attempts == 1);
    CHECK_FALSE(shelf.store.any_due(shelf.now));
    CHECK(shelf.store.any_due(shelf.now + 2s));
    shelf.store.postpone(id, shelf.now + 60s, {"storing.no_room"});
    CHECK(shelf.get(id).attempts == 1);
    shelf.store.record_failed(id, std::nullopt, {"storing.no_media"});
    CHECK(shelf.get(id).state == ResultState::failed);
    CHECK_FALSE(shelf.store.any_due(shelf.now + 24h));
    shelf.store.fetch_again(id, shelf.now);
    CHECK(shelf.get(id).attempts == 0);
    CHECK(shelf.store.any_due(shelf.now));
}

TEST_CASE("results are looked through page by page")
{
    ResultShelf shelf;
    for (int i = 0; i < 3; ++i) shelf.add_pending(i == 0 ? 7 : 0);
    const std::string stored = shelf.add_stored(picture());
    const auto first = search_results(*shelf, {}, "", 3);
    CHECK(first.items.size() == 3);
    CHECK(first.items.front().id == stored);
    const auto second = search_results(*shelf, {}, first.next, 3);
    CHECK(second.items.size() == 1);
    CHECK(second.next.empty());
    const auto count = [&](const ResultSearch& search) { return search_results(*shelf, search, "", 10).items.size(); };
    CHECK(count({.media = ResultMedia::image}) == 1);
    CHECK(count({.media = ResultMedia::video}) == 0);
    CHECK(count({.api_key = 7}) == 1);
    CHECK(count({.is_pinned = true}) == 0);
    CHECK(count({.is_pinned = false}) == 4);
    CHECK(count({.id = stored}) == 1);
    CHECK(count({.id = "r1"}) == 4);
    // What is named is looked up, and not come across among the others.
    const auto named = search_results(*shelf, {.id = second.items[0].id}, "", 1);
    CHECK(named.items.size() == 1);
    const auto newest = search_results(*shelf, {.id = stored}, "", 1);
    CHECK(newest.items.size() == 1);
    CHECK(newest.next.empty());
    CHECK(count({.account = 2}) == 0);
    CHECK(count({.model = "other"}) == 0);
}

TEST_CASE("a key signs for its time, and opens while results from then are there")
{
    ResultShelf shelf;
    ResultLinkKeys keys{*shelf};
    const std::string first = keys.signing(shelf.now);
    CHECK(first.size() == link_key_bytes);
    CHECK(keys.signing(shelf.now + 1h) == first);
    const std::string id = shelf.add_pending();
    const std::string second = keys.signing(shelf.now + link_key_signs + 1h);
    CHECK(second != first);
    keys.forget_unused();
    CHECK(keys.all() == std::vector{second, first});
    shelf.store.remove(id);
    keys.forget_unused();
    CHECK(keys.all() == std::vector{second});
}

TEST_CASE("addresses and keys are encrypted with the rest, and stay readable")
{
    EncryptedDatabase shop;
    std::string secret;
    {
        Database database{shop.open()};
        Transaction transaction{database};
        secret = ResultLinkKeys{database}.signing(start);
        ResultStore{database}.add({.id = "0199aabbccddeeff00112233",
                                   .request_id = "r1",
                                   .model = "m",
                                   .source_url = "https://plainsource.example/x"});
        transaction.commit();
    }
    CHECK(shop.disk_holds("plainsource"));
    shop.encrypt();
    CHECK_FALSE(shop.disk_holds("plainsource"));
    Database database{shop.open()};
    REQUIRE(database.keys().load());
    CHECK(ResultStore{database}.find("0199aabbccddeeff00112233")->source_url == "https://plainsource.example/x");
    CHECK(ResultLinkKeys{database}.all() == std::vector{secret});
}
