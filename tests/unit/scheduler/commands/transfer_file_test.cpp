#include "commands/transfer_file.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace dreamina;

namespace {

const Time now = parse_rfc3339("2026-11-24T12:00:00Z").value();

TransferFile full()
{
    Account account;
    account.email = "a@x.org";
    account.password = "pass:\"wörd\"";
    account.region = Region::jp;
    account.session_id = "0123456789abcdef0123456789abcdef";
    account.proxy_url = "http://u:p@h:1";
    account.points = 12.5;
    account.session_updated_at = now;
    account.created_at = now;
    account.error_count = 3;
    account.banned = true;
    account.ban_until = now;
    account.status_note = {"account.rate_limited"};
    Account bare;
    bare.email = "b@x.org";
    bare.password = "p";
    bare.created_at = now;
    bare.disabled = true;
    return {.accounts = {account, bare},
            .models = {{.id = "m",
                        .needs_points = false,
                        .own_limit = 5,
                        .names = {{"m", only(Region::cn)}, {"m-*", every_region, "sent-*"}}}},
            .settings = {{"AUTO_REGISTER_TARGET", nullptr},
                         {"MAX_ATTEMPTS", std::int64_t{2}},
                         {"POINTS_UPDATE_ENABLED", true},
                         {"REGISTER_API_KEY", std::string{"key"}}}};
}

void check_same(const TransferFile& read)
{
    CHECK(transfer_text(read, now) == transfer_text(full(), now));
    REQUIRE(read.accounts.size() == 2);
    CHECK(read.accounts[0].password == full().accounts[0].password);
    CHECK(read.accounts[0].ban_until == now);
    CHECK_FALSE(read.accounts[1].session_id);
}

std::string fault_of(const std::function<void(nlohmann::json&)>& change)
{
    auto document = nlohmann::json::parse(transfer_text(full(), now));
    change(document);
    const auto read = read_transfer(document.dump(), {});
    REQUIRE_FALSE(read);
    CHECK(read.error().message.find("wörd") == std::string::npos);
    return read.error().message;
}

}  // namespace

TEST_CASE("what is exported comes back as it was")
{
    const auto read = read_transfer(transfer_text(full(), now), {});
    REQUIRE_MESSAGE(read.has_value(), (read ? "" : read.error().message));
    check_same(*read);
}

TEST_CASE("an encrypted export opens with its key, among others, and tells nothing without")
{
    const EncryptionKey key = EncryptionKey::random();
    const std::string text = encrypted_transfer_text(full(), key, now);
    for (const char* part : {"a@x.org", "0123456789abcdef", "MAX_ATTEMPTS"})
        CHECK(text.find(part) == std::string::npos);
    const auto read = read_transfer(text, {EncryptionKey::random(), key});
    REQUIRE(read);
    check_same(*read);
    const auto without = read_transfer(text, {EncryptionKey::random()});
    REQUIRE_FALSE(without);
    CHECK(without.error().code == "no_key");
    CHECK(without.error().message.find(key.id()) != std::string::npos);

    auto tampered = nlohmann::json::parse(text);
    std::string encrypted = tampered["sealed"];
    encrypted[encrypted.size() / 2] = encrypted[encrypted.size() / 2] == 'A' ? 'B' : 'A';
    tampered["sealed"] = encrypted;
    CHECK(read_transfer(tampered.dump(), {key}).error().code == "damaged");
}

TEST_CASE("a fault is named with its place")
{
    CHECK(fault_of([](auto& it) { it["accounts"][1]["email"] = "nobody"; }).find("accounts[1].email") == 0);
    CHECK(fault_of([](auto& it) { it["accounts"][0]["session_id"] = "a b"; }).find("accounts[0].session_id") == 0);
    CHECK(fault_of([](auto& it) { it["accounts"][0]["colour"] = 1; }).find("colour") != std::string::npos);
    CHECK(fault_of([](auto& it) { it["accounts"][1]["email"] = "A@X.org"; }).find("more than once") !=
          std::string::npos);
    CHECK(fault_of([](auto& it) { it.erase("models"); }).find("models") == 0);
    CHECK(fault_of([](auto& it) { it["models"][0]["names"][1]["regions"] = {"mars"}; }).find("models[0].names[1]") ==
          0);
    CHECK(fault_of([](auto& it) { it["models"][0]["names"][0]["send_as"] = "*"; }).find("models[0].names[0].send_as") ==
          0);
    CHECK(fault_of([](auto& it) { it["settings"]["MAX_ATTEMPTS"] = 0; }).find("settings.MAX_ATTEMPTS") == 0);
    CHECK(fault_of([](auto& it) { it["settings"]["NONSENSE"] = 0; }).find("settings.NONSENSE") == 0);
    CHECK(fault_of([](auto& it) { it["format"] = "x"; }) == "it is no export of this program");
    CHECK(fault_of([](auto& it) { it["version"] = 2; }).find("later version") != std::string::npos);
    CHECK(read_transfer("{", {}).error().code == "malformed_json");
}

TEST_CASE("what belongs to a machine does not come along")
{
    auto document = nlohmann::json::parse(transfer_text(full(), now));
    document["settings"]["SECRET_KEY_FILE"] = "/etc/theirs";
    document["settings"]["DATABASE_URL"] = "theirs.db";
    CHECK(read_transfer(document.dump(), {}).value().settings.size() == full().settings.size());
}
