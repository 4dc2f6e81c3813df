#pragma once
/// A worker's way from a request to its answer, with a real database and an upstream on a port of its own.

#include <optional>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "core/clients/local_server.hpp"
#include "proxy/forwarding.hpp"
#include "net/recording_sink.hpp"
#include "core/storage/accounts/account_store.hpp"
#include "core/storage/stores/breaker_store.hpp"
#include "core/storage/empty_database.hpp"
#include "core/storage/stores/model_store.hpp"
#include "core/storage/engine/transaction.hpp"
#include "temporary_folder.hpp"

namespace dreamina {

/// An answer as nginx gets it.
struct Came {
    std::string said;
    bool whole = false;  ///< else it was cut

    int status() const { return said.starts_with("Status: ") ? std::stoi(said.substr(8)) : 0; }
    std::string head() const { return said.substr(0, said.find("\r\n\r\n") + 2); }
    std::string body() const
    {
        const auto end = said.find("\r\n\r\n");
        return end == std::string::npos ? "" : said.substr(end + 4);
    }
    /// The value of a header; empty if it is not there.
    std::string header(const std::string& name) const
    {
        const std::string text = head();
        const auto at = text.find("\r\n" + name + ": ");
        if (at == std::string::npos) return {};
        const auto from = at + name.size() + 4;
        return text.substr(from, text.find("\r\n", from) - from);
    }
};

class ForwardingService {
public:
    explicit ForwardingService(LocalServer::Work upstream_work, int accounts = 1)
        : server(std::in_place, std::move(upstream_work))
    {
        change({{"UPSTREAM_BASE_URL", server->url("")}});
        for (int i = 0; i < accounts; ++i) add_account({});
    }
    ~ForwardingService()
    {
        upstream.reset();
        threads.reset();
        password_threads.reset();
        write_queue.reset();
        loop.clear();
    }

    void change(const std::vector<SettingEntry>& changes)
    {
        const auto changed = settings->change(changes);
        REQUIRE_MESSAGE(changed.has_value(), (changed ? "" : changed.error().message));
    }

    AccountId add_account(std::optional<std::string> proxy_url, Region region = Region::us)
    {
        const int number = ++last_account;
        Transaction transaction{database};
        const AccountId id = AccountStore{database}.add({.email = fmt::format("{}@x.org", number),
                                                         .region = region,
                                                         .session_id = fmt::format("{:032x}", number),
                                                         .proxy_url = std::move(proxy_url),
                                                         .points = 120},
                                                        system_now());
        transaction.commit();
        return id;
    }

    Came ask(const std::string& body = R"({"model":"jimeng-4.0","prompt":"a cat"})", Headers headers = {},
             std::shared_ptr<const ApiKey> key = nullptr)
    {
        return ask_at("/v1/images/generations", body, std::move(headers), std::move(key));
    }

    /// Returns when the request is in the log too, which its client does not wait for.
    Came ask_at(const std::string& path, const std::string& body, Headers headers = {},
                std::shared_ptr<const ApiKey> key = nullptr)
    {
        RecordingSink sink;
        begin(sink, path, body, std::move(headers), std::move(key));
        run_until([&] {
            if (client_sees) client_sees(sink.said);
            return sink.ends + sink.cuts > 0;
        });
        const Came came{.said = sink.said, .whole = sink.ends > 0};
        run_until([&] { return is_logged(came.header("X-Dreamina-Request-Id")); });
        return came;
    }

    /// A request whose answer goes to the sink.
    std::shared_ptr<Exchange> begin(RecordingSink& sink, const std::string& path = "/v1/images/generations",
                                    const std::string& body = R"({"model":"jimeng-4.0"})", Headers headers = {},
                                    std::shared_ptr<const ApiKey> key = nullptr)
    {
        Request request;
        request.method = "POST";
        request.target = request.path = path;
        request.content_type = "application/json";
        request.headers = std::move(headers);
        request.body = Body{body};
        auto exchange = std::make_shared<Exchange>(std::move(request), &sink);
        forward(context, exchange, std::move(key));
        return exchange;
    }

    template <class Condition>
    void run_until(Condition so)
    {
        const auto end = EventLoop::Clock::now() + std::chrono::seconds{20};
        while (!so()) {
            REQUIRE(EventLoop::Clock::now() < end);
            loop.after(std::chrono::milliseconds{1}, [this] { loop.stop(); });
            loop.run();
        }
    }

    Account account(AccountId id) { return AccountStore{database}.find(id).value(); }
    std::int64_t calls(AccountId id)
    {
        std::int64_t sum = 0;
        for (const auto& [model, count] : account(id).usage) sum += count;
        return sum;
    }
    std::int64_t count(const std::string& table)
    {
        auto row = database.query("SELECT count(*) FROM " + table);
        row.next();
        return row.integer();
    }
    bool is_logged(const std::string& id) { return database.query("SELECT 1 FROM requests WHERE id = ?", id).next(); }
    /// One column of the last request's row.
    std::string logged(const std::string& column)
    {
        auto row = database.query(fmt::format("SELECT {} FROM requests ORDER BY id DESC LIMIT 1", column));
        return row.next() ? row.text() : "";
    }
    std::string_view breaker() { return phase_of(BreakerStore{database}.state()); }

    std::function<void(const std::string& said)> client_sees;  ///< while ask() waits for its answer
    int last_account = 0;
    std::optional<LocalServer> server;
    TemporaryFolder folder;
    Database database{make_empty_database(folder / "dreamina.db")};
    std::unique_ptr<SettingsFile> settings = std::move(*SettingsFile::open(
        folder / "config.json", [](const std::string&) -> std::optional<std::string> { return {}; }));
    EventLoop loop;
    std::optional<TaskPool> threads{std::in_place, 1, "test"};
    std::optional<TaskPool> password_threads{std::in_place, 1, "test"};
    ConnectionPool connections{folder / "dreamina.db"};
    std::optional<WriteQueue> write_queue{std::in_place, folder / "dreamina.db", "one",
                                          [this](auto call) { loop.post(std::move(call)); }};
    std::optional<Upstream> upstream{std::in_place, loop};
    IneligibilityCache ineligibility{loop, *threads, connections};
    PasswordCheck passwords;
    KeyCheck key_check{loop, *password_threads, connections, passwords};
    KnownKeys keys{loop, *threads, connections};
    ProxyContext context{.loop = loop,
                         .threads = *threads,
                         .key_check = key_check,
                         .write_queue = *write_queue,
                         .upstream = *upstream,
                         .ineligibility = ineligibility,
                         .settings = *settings,
                         .passwords = passwords,
                         .keys = keys,
                         .catalog = std::make_shared<ModelCatalog>(ModelStore{database}.all())};
};

}  // namespace dreamina
