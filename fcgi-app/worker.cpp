#include "worker.hpp"

#include <sys/resource.h>

#include <csignal>

#include <fmt/format.h>

#include "api/http/dispatcher.hpp"
#include "core/base/exit_status.hpp"
#include "core/base/log.hpp"
#include "core/base/systemd_notifier.hpp"
#include "core/health/thresholds.hpp"
#include "core/pool/circuit_breaker.hpp"
#include "core/pool/preferred_worker.hpp"
#include "core/pool/worker_presence.hpp"
#include "proxy/generations/generations.hpp"
#include "proxy/results/results.hpp"
#include "proxy/v1_handler.hpp"
#include "net/acceptor.hpp"
#include "net/fastcgi_reader.hpp"
#include "net/signal_watcher.hpp"
#include "core/storage/stores/model_store.hpp"
#include "core/storage/stores/refused_models.hpp"
#include "core/storage/stores/session_store.hpp"
#include "core/storage/stores/verdict_rule_store.hpp"
#include "core/storage/stores/upstream_facts_store.hpp"
#include "upstream_watch.hpp"

namespace dreamina {
namespace {

/// Handlers of /api wait for the database only, never for the network.
constexpr unsigned api_threads = 4;
/// For /metrics and the like, which must answer also when those four wait for a locked database.
constexpr unsigned monitoring_threads = 2;
/// For /v1, whose requests must not wait for those of /api: large bodies are searched there, and refusals explained.
constexpr unsigned proxy_threads = 4;
/// Large bodies come from nginx at the disk's speed.
constexpr unsigned intake_threads = 4;

/// Settings, the catalogue and the keys are looked at this often: a change is live within a second.
constexpr std::chrono::milliseconds refresh_interval{400};

/// nginx closes connections that are idle for 2 s or older than 5 (nginx/upstream.conf.in): those still there after
/// this carry their last request, or nothing.
constexpr std::chrono::seconds idle_drain{8};
constexpr std::chrono::seconds drain_margin{10};

/// How often the debug log tells what is under way.
constexpr std::chrono::seconds load_told_every{10};

void raise_descriptor_limit()
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);  // two descriptors per request in flight
}

void settle_what_the_dead_left(Database& database, const std::filesystem::path& presence_folder)
{
    const auto dead = dead_workers(presence_folder, workers_with_requests(database));
    const int settled = settle_abandoned(database, dead, system_now());
    if (settled > 0) log_warning("settled {} requests of workers that died", settled);
}

/// Everything a worker consists of.
class Worker {
public:
    Worker(const WorkerOptions& options, SettingsFile& settings, WorkerPresence presence)
        : settings_(settings),
          presence_folder_(presence_folder(options.database_file)),
          presence_(std::move(presence)),
          preferred_(presence_folder_),
          signals_(loop_, {SIGTERM, SIGINT, SIGQUIT},
                   [this](int number) { number == SIGQUIT ? begin_drain() : begin_stop(); }),
          readiness_(options.database_file, probes_),
          services_{.settings = settings_,
                    .passwords = passwords_,
                    .database_file = options.database_file,
                    .readiness = readiness_,
                    .durations = durations_},
          write_queue_(std::in_place, options.database_file, presence_.name(),
                       [this](auto call) { loop_.post(std::move(call)); }),
          upstream_(std::in_place, loop_),
          upstream_watch_({.loop = loop_,
                           .threads = *monitoring_threads_,
                           .connections = read_connections_,
                           .write_queue = *write_queue_,
                           .http = probes_}),
          key_check_(loop_, *password_threads_, read_connections_, passwords_),
          ineligibility_(loop_, *proxy_threads_, read_connections_),
          keys_(loop_, *proxy_threads_, read_connections_),
          proxy_{.loop = loop_,
                 .threads = *proxy_threads_,
                 .key_check = key_check_,
                 .write_queue = *write_queue_,
                 .upstream = *upstream_,
                 .ineligibility = ineligibility_,
                 .settings = settings_,
                 .passwords = passwords_,
                 .keys = keys_,
                 .catalog = std::make_shared<ModelCatalog>(),
                 .verdict_rules = nullptr,
                 .generations = &generations_,
                 .results = &results_},
          generations_({.loop = loop_,
                        .threads = *proxy_threads_,
                        .connections = read_connections_,
                        .write_queue = *write_queue_,
                        .settings = settings_,
                        .durations = durations_,
                        .worker = presence_.name(),
                        .folder = generation_folder(options.database_file.path())}),
          results_({.loop = loop_,
                    .threads = *proxy_threads_,
                    .connections = read_connections_,
                    .write_queue = *write_queue_,
                    .settings = settings_,
                    .database_file = options.database_file.path()}),
          v1_handler_(proxy_),
          dispatcher_(loop_, *api_threads_, *monitoring_threads_, services_),
          connections_{.loop = loop_,
                       .intake = *intake_threads_,
                       .spool_folder = options.data_folder / "spool",
                       .dispatch = [this](auto exchange) { dispatch(std::move(exchange)); }},
          listener_(options.listener)
    {
        std::error_code ignored;
        std::filesystem::create_directories(connections_.spool_folder, ignored);
        generations_.set_context(proxy_);
    }

    ~Worker() { shut_down(); }
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// Returns the exit code.
    int run()
    {
        write_queue_->run(
            [folder = presence_folder_](Database& database) { settle_what_the_dead_left(database, folder); });
        apply_limits_of(settings_.version());
        upstream_watch_.expect(acted_on_->settings.upstream_base_url);
        load_catalog();
        keys_.refresh();
        results_.refresh();
        loop_.after(refresh_interval, [this] { refresh(); });
        loop_.run();
        if (is_stopping_ || !connections_.draining) return 0;
        log_info("all that was in flight is finished");
        return exit_drained;
    }

private:
    void dispatch(std::shared_ptr<Exchange> exchange)
    {
        if (exchange->request().path.starts_with("/v1/")) {
            v1_handler_.handle(std::move(exchange));
        } else {
            dispatcher_.dispatch(std::move(exchange));
        }
    }

    void refresh()
    {
        systemd_.alive(SystemdNotifier::Clock::now());
        settings_.refresh();
        const std::string version = settings_.version();
        // Also when this worker's own API made the change.
        if (auto current = settings_.current(); current != acted_on_) {
            const bool another = current->settings.upstream_base_url != acted_on_->settings.upstream_base_url;
            if (current->settings.admin_password != acted_on_->settings.admin_password) forget_sessions();
            acted_on_ = std::move(current);
            if (another) {
                write_queue_->run([](Database& database) { CircuitBreaker{database}.reset(); });
                upstream_watch_.expect(acted_on_->settings.upstream_base_url);
            }
            set_log_level(parse_log_level(acted_on_->settings.log_level));
            log_info("the settings changed");
        }
        if (version != told_version_ && !connections_.draining) apply_limits_of(version);
        upstream_watch_.refresh();
        load_catalog();
        keys_.refresh();
        if (acceptor_) generations_.refresh();
        results_.refresh();
        tell_load();
        if (connections_.draining) tell_drain();
        loop_.after(refresh_interval, [this] { refresh(); });
    }

    void tell_load()
    {
        const auto now = EventLoop::Clock::now();
        if (!log_enabled(LogLevel::debug) || !acceptor_ || now - load_told_at_ < load_told_every) return;
        load_told_at_ = now;
        log_debug("under way: {} connections with a request, {} requests to the upstream, {} database writes queued",
                  acceptor_->busy_connections(), upstream_->running(), write_queue_->queued());
    }

    /// The last thing that a change of the settings asks for. Once it is done the others are told that this worker acts
    /// on them; where the database refuses it is tried again at the next look.
    void apply_limits_of(const std::string& version)
    {
        if (std::exchange(applying_limits_, true)) return;
        // By the settings of the moment when it is done: of two processes the later one must not be behind the times.
        write_queue_->run([this](Database& database) { apply_limits(database, settings_.current()->settings); },
                          [this, version](bool committed) {
                              applying_limits_ = false;
                              if (committed && presence_.tell_settings(version)) told_version_ = version;
                          });
    }

    /// The cookies of an earlier password are of no use any more: they should not be listed. Those of the last
    /// moment may already be of the new one.
    void forget_sessions()
    {
        const Time before = system_now() - std::chrono::seconds{2};
        write_queue_->run([before](Database& database) { SessionStore{database}.remove_created_before(before); });
    }

    /// The rules in force, or null where they are those of `known`.
    static std::shared_ptr<const VerdictRules> rules_unless(Database& database,
                                                            const std::shared_ptr<const VerdictRules>& known)
    {
        VerdictRuleStore store{database};
        if (known && known->version() == version_text(store.version())) return nullptr;
        return std::make_shared<VerdictRules>(store.rules());
    }

    /// Requests are taken once there is a catalogue: without it no model would have a limit. The verdict rules come
    /// with it, and what is known of the upstream.
    void load_catalog()
    {
        if (std::exchange(loading_catalog_, true)) return;
        proxy_threads_->submit([this, known_rules = proxy_.verdict_rules] {
            std::shared_ptr<const ModelCatalog> catalog;
            std::shared_ptr<const VerdictRules> rules;
            UpstreamFacts upstream;
            try {
                const ConnectionPool::Lent database = read_connections_.lend();
                catalog = std::make_shared<ModelCatalog>(ModelStore{*database}.all(),
                                                         RefusedModels{*database}.all(system_now()));
                rules = rules_unless(*database, known_rules);
                upstream = UpstreamFactsStore{*database}.read();
            } catch (const DatabaseError& error) {
                log_warning("the models, the verdict rules and what is known of the upstream could not be read: {}",
                            error.what());
            }
            loop_.post([this, catalog, rules, upstream] {
                loading_catalog_ = false;
                if (!catalog) return;
                proxy_.catalog = catalog;
                if (rules) proxy_.verdict_rules = rules;
                const bool is_ours = upstream.base_url == settings_.current()->settings.upstream_base_url;
                proxy_.upstream_kind = is_ours ? upstream.kind : UpstreamKind::unknown;
                if (acceptor_ || connections_.draining) return;
                acceptor_.emplace(listener_, connections_, [this] { return preferred_.is_this_one(); });
                systemd_.status("serving");
                systemd_.ready();
            });
        });
    }

    /// SIGTERM: what is in flight has until PROXY_TIMEOUT, also in a worker that is draining.
    void begin_stop()
    {
        if (std::exchange(is_stopping_, true)) return;  // asked twice: what is in flight still counts
        const auto max_wait = std::chrono::seconds{settings_.current()->settings.proxy_timeout} + drain_margin;
        systemd_.stopping(max_wait + drain_margin);
        take_nothing_new();
        loop_.after(max_wait, [this] { loop_.stop(); });
    }

    /// SIGQUIT: another worker has its place. What is in flight has an end of its own: PROXY_TIMEOUT, or
    /// GENERATION_TIMEOUT and its like. For systemd it goes on running, so that only a stop sets it a term.
    void begin_drain()
    {
        presence_.tell_draining();
        take_nothing_new();
        tell_drain();
    }

    void take_nothing_new()
    {
        if (std::exchange(connections_.draining, true)) return;
        preferred_.resign();
        if (!acceptor_) {
            loop_.stop();
            return;
        }
        log_info("finishing what is in flight: {} requests, {} generations", acceptor_->busy_connections(),
                 generations_.count());
        generations_.drain();
        acceptor_->drain([this] { stop_if_idle(); });
        loop_.after(idle_drain, [this] { stop_if_idle(); });
    }

    /// docker/package/rolling-restart knows by the first word which workers have been told.
    void tell_drain()
    {
        if (!acceptor_) return;
        systemd_.status(fmt::format("draining: {} requests and {} generations are not finished",
                                    acceptor_->busy_connections(), generations_.count()));
    }

    /// A generation whose client has gone is let finish as well: it may have been paid for.
    void stop_if_idle()
    {
        if (acceptor_->busy_connections() == 0 && upstream_->running() == 0 && generations_.count() == 0 &&
            results_.is_idle()) {
            loop_.stop();
        } else if (!std::exchange(looks_again_, true)) {
            loop_.after(refresh_interval, [this] {
                looks_again_ = false;
                stop_if_idle();
            });
        }
    }

    /// Those that call others go first; what they hand over is still taken, and nothing of it runs afterwards.
    void shut_down()
    {
        generations_.close();
        results_.close();
        acceptor_.reset();
        intake_threads_.reset();
        password_threads_.reset();
        api_threads_.reset();
        proxy_threads_.reset();
        monitoring_threads_.reset();
        upstream_.reset();  // what is still under way is booked as cut
        write_queue_.reset();
        loop_.clear();
    }

    SettingsFile& settings_;
    std::shared_ptr<const ResolvedSettings> acted_on_ = settings_.current();
    std::filesystem::path presence_folder_;
    WorkerPresence presence_;
    PreferredWorker preferred_;
    bool applying_limits_ = false;
    std::string told_version_;  // that others know of
    SystemdNotifier systemd_;
    EventLoop loop_;
    SignalWatcher signals_;
    PasswordCheck passwords_;
    CurlTransport probes_;
    Readiness readiness_;
    ModelDurations durations_;
    Services services_;
    ConnectionPool read_connections_{services_.database_file};
    std::optional<WriteQueue> write_queue_;
    std::optional<Upstream> upstream_;
    std::optional<TaskPool> api_threads_{std::in_place, api_threads, "api"};
    std::optional<TaskPool> proxy_threads_{std::in_place, proxy_threads, "proxy"};
    std::optional<TaskPool> monitoring_threads_{std::in_place, monitoring_threads, "monitoring"};
    std::optional<TaskPool> intake_threads_{std::in_place, intake_threads, "intake"};
    // Slow on purpose, so one of its own: wrong keys must not hold up the rest.
    std::optional<TaskPool> password_threads_{std::in_place, 1, "password"};
    UpstreamWatch upstream_watch_;
    KeyCheck key_check_;
    IneligibilityCache ineligibility_;
    KnownKeys keys_;
    ProxyContext proxy_;
    Generations generations_;
    Results results_;
    V1Handler v1_handler_;
    Dispatcher dispatcher_;
    ConnectionContext connections_;
    int listener_;
    bool loading_catalog_ = false;
    bool is_stopping_ = false;
    bool looks_again_ = false;  // whether all is finished
    EventLoop::Clock::time_point load_told_at_{};
    std::optional<Acceptor> acceptor_;
};

}  // namespace

int run_worker(const WorkerOptions& options, SettingsFile& settings)
{
    std::signal(SIGPIPE, SIG_IGN);
    // A service manager's word for "read your settings": they are looked at all the time.
    std::signal(SIGHUP, SIG_IGN);
    raise_descriptor_limit();
    start_fastcgi();
    auto presence = WorkerPresence::announce(presence_folder(options.database_file));
    if (!presence) {
        log_critical("{}", presence.error().message);
        return 1;
    }
    return Worker{options, settings, std::move(*presence)}.run();
}

}  // namespace dreamina
