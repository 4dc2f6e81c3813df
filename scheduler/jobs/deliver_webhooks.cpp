#include "jobs.hpp"
#include "webhook_deliverer.hpp"

namespace dreamina {

void deliver_webhooks(JobContext& context)
{
    CurlWebhookSender sender;
    const auto settings = [&] { return context.latest_settings ? context.latest_settings() : context.settings; };
    WebhookDeliverer deliverer{context.database, sender, settings};
    const auto outcome = deliverer.run(context.stop);
    context.summary = {"schedule.webhooks_sent", {{"delivered", outcome.delivered}, {"failed", outcome.failed}}};
}

}  // namespace dreamina
