#include "webhook_deliverer.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/log.hpp"
#include "core/clients/error_text.hpp"
#include "core/domain/webhook/webhook_schedule.hpp"
#include "core/domain/webhook/webhook_signature.hpp"
#include "core/domain/webhook/webhook_target.hpp"
#include "core/storage/engine/transaction.hpp"
#include "core/storage/log/audit_store.hpp"
#include "core/storage/stores/api_key_store.hpp"
#include "core/storage/webhooks/key_webhooks.hpp"
#include "core/storage/webhooks/webhook_deliveries.hpp"

namespace dreamina {
namespace {

bool is_test(const WebhookDelivery& delivery) { return !delivery.generation_id; }

/// Why an answer is no success, for people.
Message failure_of(const WebhookAnswer& answer)
{
    constexpr int first_redirect = 300;
    constexpr int first_error = 400;
    if (!answer.status) return answer.failure;
    const int status = *answer.status;
    if (judge_webhook_status(status) == WebhookVerdict::gone) return {"delivery.gone"};
    if (status >= first_redirect && status < first_error) return {"delivery.redirect", {{"status", status}}};
    std::string text = sanitized_error_text(answer.body);
    if (text.empty()) return {"delivery.status", {{"status", status}}};
    return {"delivery.status_with_text", {{"status", status}, {"answer", std::move(text)}}};
}

}  // namespace

WebhookDeliverer::WebhookDeliverer(Database& database, WebhookSender& sender, std::function<Settings()> settings,
                                   Options options)
    : database_(database), sender_(sender), settings_(std::move(settings)), options_(std::move(options))
{
}

WebhookDeliverer::Outcome WebhookDeliverer::run(const std::stop_token& stop)
{
    outcome_ = {};
    while (!stop.stop_requested()) {
        record_answers();
        begin_due();
        if (under_way_.empty()) break;
        for (WebhookAnswer& answer : sender_.wait(options_.look_every, stop)) {
            const auto found = under_way_.find(answer.tag);
            if (found != under_way_.end()) found->second.answer = std::move(answer);
        }
        const bool only_unrecorded = std::all_of(under_way_.begin(), under_way_.end(),
                                                 [](const auto& each) { return each.second.answer.has_value(); });
        const std::size_t unrecorded = under_way_.size();
        record_answers();
        // Nothing to wait for but the database.
        if (only_unrecorded && under_way_.size() == unrecorded && unrecorded > 0) pause_for(options_.look_every, stop);
    }
    return outcome_;
}

bool WebhookDeliverer::is_full(const std::string& origin) const
{
    const auto inside = std::count_if(under_way_.begin(), under_way_.end(),
                                      [&](const auto& each) { return each.second.origin == origin; });
    return static_cast<std::size_t>(inside) >= options_.per_host;
}

void WebhookDeliverer::begin_due()
try {
    std::vector<std::string> full;
    std::vector<std::string> passed_over;
    for (const auto& [id, each] : under_way_)
        if (is_full(each.origin)) full.push_back(each.origin);
    const Settings settings = settings_();
    WebhookDeliveries deliveries{database_};
    while (under_way_.size() < options_.at_once) {
        std::vector<std::string> ids = passed_over;
        for (const auto& [id, each] : under_way_) ids.push_back(id);
        const auto room = static_cast<std::int64_t>(options_.at_once - under_way_.size());
        auto found = deliveries.due(options_.clock(), ids, full, room);
        if (found.empty()) return;
        for (WebhookDelivery& delivery : found) {
            std::string origin = webhook_origin(delivery.url);
            if (is_full(origin)) {
                full.push_back(std::move(origin));
                passed_over.push_back(delivery.id);
            } else {
                begin(std::move(delivery), settings);
            }
        }
    }
} catch (const DatabaseError& error) {
    if (under_way_.empty()) throw;
    log_warning("webhooks: {}", error.what());
}

void WebhookDeliverer::begin(WebhookDelivery delivery, const Settings& settings)
{
    if (const Message fault = webhook_url_fault(delivery.url, settings.webhook_allow_hosts); !fault.empty())
        return give_up(delivery, {"delivery.url_refused", {{"fault", fault}}});
    const Time now = options_.clock();
    const auto secrets = KeyWebhooks{database_}.secrets(delivery.key, now);
    if (secrets.empty()) return give_up(delivery, {"delivery.no_secret"});
    const auto timestamp = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
    const auto target = parse_webhook_url(delivery.url);
    const WebhookRequest request{
        .url = delivery.url,
        .allows_private = lists_target(webhook_host_list(settings.webhook_allow_hosts.value_or("")), *target),
        .headers = {{"webhook-id", delivery.id},
                    {"webhook-timestamp", std::to_string(timestamp)},
                    {"webhook-signature", webhook_signature(delivery.id, timestamp, delivery.payload, secrets)}},
        .body = delivery.payload};
    const std::string id = delivery.id;
    sender_.begin(id, request);
    std::string origin = webhook_origin(delivery.url);
    under_way_.emplace(id, UnderWay{std::move(delivery), std::move(origin), {}});
}

void WebhookDeliverer::give_up(const WebhookDelivery& delivery, const Message& why)
{
    Transaction transaction{database_};
    WebhookDeliveries{database_}.give_up(delivery.id, why, options_.clock());
    transaction.commit();
    ++outcome_.failed;
    log_warning("webhook {} of key {}: {}", NotSecret{delivery.id}, delivery.key, english(why));
}

void WebhookDeliverer::record_answers()
try {
    for (auto each = under_way_.begin(); each != under_way_.end();) {
        if (each->second.answer) {
            record(each->second.delivery, *each->second.answer);
            each = under_way_.erase(each);
        } else {
            ++each;
        }
    }
} catch (const DatabaseError& error) {
    log_error("webhooks: what came of attempts cannot be recorded yet: {}", error.what());
}

void WebhookDeliverer::record(const WebhookDelivery& delivery, const WebhookAnswer& answer)
{
    const Time now = options_.clock();
    const WebhookVerdict verdict = answer.status ? judge_webhook_status(*answer.status) : WebhookVerdict::failed;
    Transaction transaction{database_};
    WebhookDeliveries deliveries{database_};
    if (verdict == WebhookVerdict::delivered) {
        deliveries.record_delivered(delivery.id, *answer.status, now);
        transaction.commit();
        ++outcome_.delivered;
        return;
    }
    const bool again = verdict == WebhookVerdict::failed && !is_test(delivery);
    const auto next = again ? next_webhook_attempt(delivery.attempts + 1, answer.retry_after, options_.fraction(), now)
                            : std::nullopt;
    const Message why = failure_of(answer);
    deliveries.record_failed(delivery.id, {.status = answer.status, .error = why, .next_at = next}, now);
    if (verdict == WebhookVerdict::gone) switch_off(delivery, now);
    transaction.commit();
    ++outcome_.failed;
    log_warning("webhook {} of key {}, attempt {}: {}", NotSecret{delivery.id}, delivery.key, delivery.attempts + 1,
                english(why));
}

void WebhookDeliverer::switch_off(const WebhookDelivery& delivery, Time now)
{
    WebhookDeliveries{database_}.give_up_all(delivery.key, delivery.url, {"delivery.gone"}, now);
    if (!KeyWebhooks{database_}.switch_off(delivery.key, delivery.url, now)) return;
    AuditStore{database_}.add({.at = now,
                               .caller = {.kind = CallerKind::scheduler, .session = {}, .address = {}},
                               .action = AuditAction::disable,
                               .subject = AuditSubject::key,
                               .subject_id = std::to_string(delivery.key),
                               .subject_name = ApiKeyStore{database_}.name_of(delivery.key),
                               .old_fields = {},
                               .new_fields = fmt::format(R"({{"webhook_off_at":"{}"}})", to_rfc3339(now))});
}

}  // namespace dreamina
