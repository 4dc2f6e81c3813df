/// A request's way is one coroutine: run(), at the end of this file. It reads from top to bottom.
///
///     model        read it from the body, and resolve it in the catalogue; a key may refuse it
///     translation  make of the request what the known upstream understands
///     then, with one account after the other:
///     reserve      the write queue chooses an account, counts the call, and settles the attempt before
///     send         with that account's session. A failure is held back, since another account may follow; everything
///                  else passes on to the client as it comes
///     give         the answer's end goes to the client, its booking to the write queue; neither waits for the other
///
/// Each `co_await` is a state in which the request waits for one thing; V1Request has a function for each step. A
/// client that goes while its request waits for an account takes it along. Once the request has been sent it goes on
/// without its client, since it may have been paid for. Once a byte of an answer has gone to the client there is no
/// other attempt. Everything runs on the loop's thread, but for the reading of bodies that lie in files.
///
/// Where results are stored, the answer's URLs are replaced once what they lead to has its rows: the answer is given
/// after that.
///
/// A generation goes the same way without a client: its answer is recorded, and on the disk before its booking says so.
/// It becomes one once it is known to be good (admission), and waits for room where a client would be told to come
/// back.

#include "proxy/forwarding.hpp"

#include <utility>

#include "proxy/request/v1_request.hpp"

namespace dreamina {
namespace {

Detached run(ProxyContext& context, std::shared_ptr<Exchange> exchange, std::shared_ptr<const ApiKey> key,
             std::shared_ptr<GenerationRun> generation)
{
    V1Request request{context, std::move(exchange), std::move(key), std::move(generation)};

    co_await request.read_body(&OutgoingRequest::read_model);
    if (const auto reply = request.choose_model()) co_return request.refuse_at_once(*reply);

    if (request.translation_reads_body()) co_await request.read_body(&OutgoingRequest::translate);
    if (request.client_is_gone()) co_return request.log_client_gone();
    if (const auto reply = request.translate()) co_return request.refuse_at_once(*reply);

    if (request.is_generation()) {
        co_await request.admission();
        if (!request.is_admitted()) co_return;
    }

    for (;;) {
        Reservation lease = co_await request.reserve();
        if (request.client_is_gone()) co_return request.give_back(lease);
        if (!lease && request.may_find_room_soon(lease.error())) {
            co_await request.booking(lease.error());
            if (request.client_is_gone()) co_return request.end_waiting();
            continue;
        }
        if (!lease && request.has_ended_elsewhere(lease.error())) co_return;
        if (!lease && !request.was_sent()) {
            const Refusal refusal = co_await request.explain(lease.error());
            if (request.client_is_gone()) co_return request.end_waiting();
            request.refuse(refusal);
            if (request.is_generation()) co_await request.answer_kept();
            co_return request.log();
        }
        if (!lease) {
            request.give_answer();  // no other account: the client gets what there is
            if (request.is_generation()) co_await request.answer_kept();
            break;
        }

        Attempt attempt = request.new_attempt(*std::move(lease));
        co_await request.send(attempt);

        request.end_attempt(attempt);
        if (request.may_try_another(attempt)) continue;
        if (request.stores_results()) co_await request.links_replaced();
        request.give_answer();
        if (request.stores_results()) request.store_results();
        if (request.is_generation()) co_await request.answer_kept();
        request.settle();
        break;
    }
    co_await request.delivery();
    request.log();
}

}  // namespace

void forward(ProxyContext& context, std::shared_ptr<Exchange> exchange, std::shared_ptr<const ApiKey> key,
             std::shared_ptr<GenerationRun> generation)
{
    run(context, std::move(exchange), std::move(key), std::move(generation));
}

}  // namespace dreamina
