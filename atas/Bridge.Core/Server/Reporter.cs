using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Tapewire.Bridge.Wire;

namespace Tapewire.Bridge.Server;

/// <summary>Makes reports: of what the venue said, and of what was not done. Each gets its id here, once and for all.</summary>
internal sealed class Reporter
{
    private readonly Ledger _ledger;
    private readonly Outbox _outbox;
    private readonly Func<string> _newId;
    private readonly Notify _notify;

    public Reporter(Ledger ledger, Outbox outbox, Func<string> newId, Notify notify)
    {
        _ledger = ledger;
        _outbox = outbox;
        _newId = newId;
        _notify = notify;
    }

    /// <summary>Ends when it is on disk.</summary>
    public async Task Tell(OrderFact fact, IReadOnlyDictionary<string, double>? latency = null)
    {
        var entry = _ledger.EntryOfOrder(fact.ClientOrderId);
        if (entry?.Submission is not { } submission)
        {
            _notify(NoticeName.UnknownOrder, $"{fact.Status} of {fact.ClientOrderId}, which is no order of a signal here");
            return;
        }
        var body = BodyOf(submission.Origin, fact.Status, fact.Leg ?? submission.Leg) with
        {
            OrderId = fact.OrderId,
            ClientOrderId = fact.ClientOrderId,
            Qty = fact.Qty,
            CumQty = fact.CumQty,
            LeavesQty = fact.LeavesQty,
            Price = fact.Price,
            AvgPrice = fact.AvgPrice,
            Fee = fact.Fee,
            FeeAsset = fact.FeeAsset,
            VenueTime = fact.VenueTime,
            Reason = fact.Reason,
            Latency = latency,
        };
        await _outbox.Add(new QueuedReport(submission.Delivery, ReportFitting.Fit(body)));
    }

    /// <summary>Says that nothing was sent and why. Ends when it is on disk.</summary>
    /// <param name="type">NACK or NOT_SENT.</param>
    public async Task TellNotDone(
        string signalId, Origin origin, ReportType type, string reason, string? clientOrderId = null,
        IReadOnlyDictionary<string, double>? latency = null)
    {
        var body = BodyOf(origin, type, origin.Leg) with { ClientOrderId = clientOrderId, Reason = reason, Latency = latency };
        _notify(NoticeName.NotSubmitted, $"{type}: {reason}", signalId);
        await _outbox.Add(new QueuedReport(origin.Delivery, ReportFitting.Fit(body)));
    }

    private ReportBody BodyOf(Origin origin, ReportType type, Leg leg) => new()
    {
        ReportId = _newId(),
        Session = origin.Session,
        Epoch = origin.Epoch,
        Fence = origin.Fence,
        Type = type,
        Leg = leg,
    };
}
