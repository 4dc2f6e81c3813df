#pragma once
/// Delivers the events that are due. At least once: an attempt is recorded when it is over, so that one that was cut
/// off by the scheduler's end, or by a power cut, is due again.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/clients/retrying_transport.hpp"
#include "core/clients/webhook_sender.hpp"
#include "core/domain/settings.hpp"
#include "core/domain/webhook/webhook_delivery.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

class WebhookDeliverer {
public:
    struct Options {
        std::size_t at_once = 8;
        std::size_t per_host = 2;      ///< a slow receiver holds up no other
        milliseconds look_every{500};  ///< for what has become due meanwhile
        std::function<Time()> clock = system_now;
        RandomFraction fraction = random_fraction();
    };
    struct Outcome {
        int delivered = 0;
        int failed = 0;  ///< attempts
    };

    /// Used by one thread; `database` and `sender` outlive it. `settings`: as they are at the moment.
    WebhookDeliverer(Database& database, WebhookSender& sender, std::function<Settings()> settings)
        : WebhookDeliverer(database, sender, std::move(settings), Options{})
    {
    }
    WebhookDeliverer(Database& database, WebhookSender& sender, std::function<Settings()> settings, Options options);

    /// Until nothing is due and nothing under way, or `stop` is requested. Throws DatabaseError if it cannot read what
    /// is due. What cannot be recorded is tried to be for as long as it runs, and not sent again meanwhile.
    Outcome run(const std::stop_token& stop);

private:
    struct UnderWay {
        WebhookDelivery delivery;
        std::string origin;
        std::optional<WebhookAnswer> answer;  ///< that is yet to be recorded
    };

    void begin_due();
    void begin(WebhookDelivery delivery, const Settings& settings);
    void give_up(const WebhookDelivery& delivery, const Message& why);
    void record_answers();
    void record(const WebhookDelivery& delivery, const WebhookAnswer& answer);
    void switch_off(const WebhookDelivery& delivery, Time now);
    bool is_full(const std::string& origin) const;

    Database& database_;
    WebhookSender& sender_;
    const std::function<Settings()> settings_;
    const Options options_;
    std::map<std::string, UnderWay> under_way_;
    Outcome outcome_;
};

}  // namespace dreamina
