#pragma once
/// `webhook_deliveries`: events that are yet to be delivered, and those that were. An event is added in the transaction
/// of what it tells, so that none is told that did not happen, and none is lost. The scheduler delivers: at least once,
/// since an attempt is recorded after it has been made.

#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/domain/webhook/webhook_delivery.hpp"
#include "core/domain/webhook/webhook_event.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

/// What a list is to hold; what is left as it is here chooses nothing.
struct DeliveryFilter {
    std::optional<ApiKeyId> key;
    std::optional<DeliveryState> state;
    std::optional<std::string> generation;
};

struct DeliveryPage {
    std::int64_t total = 0;
    std::vector<WebhookDelivery> items;
};

/// An attempt that was no success.
struct FailedAttempt {
    std::optional<std::int64_t> status;  ///< HTTP, if an answer came
    Message error;
    std::optional<Time> next_at;  ///< nothing: it is given up
};

class WebhookDeliveries {
public:
    explicit WebhookDeliveries(Database& database) : database_(database) {}

    // These are part of a write transaction.

    /// Where such an event of the key goes; nothing if the key does not want to hear of it: it has no secret, is
    /// revoked, or there is no URL for it that is on. `own`: the address that the request named.
    std::optional<std::string> url_for(ApiKeyId key, WebhookEventKind kind, const std::optional<std::string>& own);
    /// Adds the event's delivery, due at once, to the address that url_for() said. Returns the delivery's id. Throws
    /// std::invalid_argument for a native event whose object is none.
    std::string add(const WebhookEvent& event, const std::string& url, Time now);
    /// A test of the key's URL.
    std::string add_test(ApiKeyId key, std::string_view url, Time now);
    void record_delivered(std::string_view id, std::int64_t status, Time now);
    void record_failed(std::string_view id, const FailedAttempt& attempt, Time now);
    /// Without another attempt.
    void give_up(std::string_view id, const Message& why, Time now);
    /// All that wait for this URL of the key.
    void give_up_all(ApiKeyId key, std::string_view url, const Message& why, Time now);
    /// It is due at once, at `url`, with all attempts before it. Its id stays.
    void resend(std::string_view id, std::string_view url, Time now);

    /// Whether due() would find one.
    bool any_due(Time now);
    /// The longest due first. Without those that are `under_way`, and those whose URL begins with one of these origins
    /// (webhook_origin).
    std::vector<WebhookDelivery> due(Time now, std::span<const std::string> under_way,
                                     std::span<const std::string> without_origins, std::int64_t limit);

    std::optional<WebhookDelivery> find(std::string_view id);
    /// The address that the request of its generation named; nothing if it named none, or the generation is gone.
    std::optional<std::string> own_url_of(const WebhookDelivery& delivery);
    /// The latest first. Without the payload.
    DeliveryPage list(const DeliveryFilter& filter, std::int64_t page, std::int64_t size);

    /// The names of the keys that have an event pending after so many failed attempts.
    std::vector<std::string> names_of_failing(std::int64_t attempts);

    /// Removes those that ended before `before`, in pieces of milliseconds, each a transaction of its own. Returns how
    /// many went.
    int remove_ended_before(Time before, const std::stop_token& stop);

private:
    void insert(const WebhookDelivery& delivery);

    Database& database_;
};

}  // namespace dreamina
