#include "core/storage/results/stored_result_link.hpp"

#include "core/domain/results/result_link.hpp"
#include "core/storage/results/result_link_keys.hpp"
#include "core/storage/results/result_shelf.hpp"

using namespace dreamina;

namespace {

/// Whether it is signed, for this result until then.
bool leads_to(ResultShelf& shelf, const std::string& link, const std::string& id, Time until)
{
    const auto expires = std::chrono::floor<std::chrono::seconds>(until.time_since_epoch()).count();
    for (const std::string& key : ResultLinkKeys{*shelf}.all())
        if (signed_result_path({.id = id, .expires = expires}, "png", key) == link) return true;
    return false;
}

}  // namespace

TEST_CASE("what is stored of an answer is found by the request, once it is there")
{
    ResultShelf shelf;
    CHECK_FALSE(link_to_stored_result(*shelf, "r1", shelf.now));
    const std::string pending = shelf.add_pending();
    CHECK_FALSE(link_to_stored_result(*shelf, "r1", shelf.now));
    shelf.put(pending, picture());
    const auto link = link_to_stored_result(*shelf, "r1", shelf.now);
    REQUIRE(link);
    CHECK(leads_to(shelf, *link, pending, shelf.get(pending).expires_at));
    CHECK_FALSE(link_to_stored_result(*shelf, "r2", shelf.now));
}

TEST_CASE("a pinned result outlives its link, which is made anew each time")
{
    ResultShelf shelf;
    const std::string id = shelf.add_stored(picture());
    {
        Transaction transaction{*shelf};
        shelf.store.set_pinned(id, true, shelf.now);
        transaction.commit();
    }
    const Time later = shelf.now + std::chrono::days{100};
    CHECK(leads_to(shelf, link_to_stored_result(*shelf, "r1", later).value(), id, later + std::chrono::days{1}));
}
