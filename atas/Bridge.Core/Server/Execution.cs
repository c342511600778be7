using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Tapewire.Bridge.Wire;

namespace Tapewire.Bridge.Server;

/// <summary>What to do with a signal: trade so much, or leave it. What is left is never claimed, so another may take it.</summary>
public abstract record Decision
{
    /// <param name="Qty">In the instrument's units. For a CLOSE: of the position that is to go.</param>
    /// <param name="LimitPrice">Null: at the market.</param>
    public sealed record Take(decimal Qty, decimal? LimitPrice = null) : Decision;

    public sealed record Decline(string Reason) : Decision;
}

internal sealed class Job
{
    public required Signal Signal { get; init; }

    /// <summary>Monotonic milliseconds at which this process heard of it.</summary>
    public required double ReceivedAtMs { get; init; }

    /// <summary>Said by the server while the job was under way.</summary>
    public bool IsCancelled { get; set; }

    public Task Done { get; set; } = Task.CompletedTask;
}

/// <summary>
/// One signal from hearing of it to knowing what became of it: decide, write the intent down, claim, write down that an order
/// leaves, look once more at everything that may stand against it, and send. Whatever happens after a step, the disk says that
/// the step may have been taken; and no step is ever taken twice.
/// </summary>
internal sealed class Execution
{
    public required string Account { get; init; }
    public required string Instance { get; init; }
    public required Func<Signal, CancellationToken, Task<Decision>> Decide { get; init; }

    /// <summary>Asked last of all, with nothing awaited after it: the reason not to send, if the user's side has one.</summary>
    public required Func<Signal, string?> Objection { get; init; }

    public required Func<string> NewId { get; init; }
    public required ApiClient Api { get; init; }
    public required IOrderDesk Desk { get; init; }
    public required EntryCanceller Canceller { get; init; }
    public required IClock Clock { get; init; }
    public required SessionKeeper Keeper { get; init; }
    public required Ledger Ledger { get; init; }
    public required Notify Notify { get; init; }
    public required Outbox Outbox { get; init; }
    public required Reconciler Reconciler { get; init; }
    public required Reporter Reporter { get; init; }

    /// <summary>No new work.</summary>
    public required CancellationToken Closing { get; init; }

    /// <summary>Monotonic milliseconds at which each order left, for the latency of its fill.</summary>
    public Dictionary<string, double> LeftAtMs { get; } = [];

    /// <summary>What was measured of orders that the desk reports by itself, until the first of these reports.</summary>
    public Dictionary<string, Dictionary<string, double>> Latencies { get; } = [];

    /// <returns>false when nobody here knows whether the claim was granted</returns>
    public async Task<bool> Execute(Job job)
    {
        var signal = job.Signal;
        if (await DecideOn(signal) is not { } decision) return true;

        if (!Keeper.IsHolding || job.IsCancelled || Closing.IsCancellationRequested) return true;
        var session = Keeper.Current!;
        var intent = new ClaimIntent(signal.Id, Account, signal.Intent, NewId(), Instance, session.Session, session.Epoch);
        await Ledger.Write(new LedgerRecord.Intended(intent));

        var claimAtMs = Clock.MonotonicMs;
        var claimed = await Claiming.Claim(
            intent, Api, Clock, Notify, () => Keeper.IsCurrent(intent.Session, intent.Epoch), Closing);
        switch (claimed)
        {
            case ClaimResult.Unresolved:
                return false;
            case ClaimResult.Refused(var problem):
                Notify(NoticeName.ClaimRefused, $"{problem.Code}: {problem.Detail}", signal.Id);
                await Ledger.Write(new LedgerRecord.ClaimRefused(signal.Id, problem.Code));
                return true;
            case ClaimResult.Granted granted:
                var latency = new Dictionary<string, double>
                {
                    ["received_to_claim_ms"] = claimAtMs - job.ReceivedAtMs, ["claim_ms"] = granted.ClaimMs,
                };
                // What still rests would be filled behind the close. Not waited for: getting out is what matters, and this leaves first.
                var withdrawn = granted.Grant.Signal is { Intent: Intent.Close, Closes: { } closes }
                    ? Canceller.Cancel(closes)
                    : Task.CompletedTask;
                await Submit(job, decision, intent, granted, latency);
                await withdrawn;
                return true;
            default:
                throw new InvalidOperationException(claimed.GetType().Name);
        }
    }

    private async Task<Decision.Take?> DecideOn(Signal signal)
    {
        try
        {
            switch (await Decide(signal, Closing))
            {
                case Decision.Take { Qty: > 0 } take:
                    return take;
                case Decision.Take take:
                    Notify(NoticeName.DecideFailed, $"a quantity cannot be {take.Qty}", signal.Id);
                    break;
                case Decision.Decline(var reason):
                    Notify(NoticeName.Declined, reason, signal.Id);
                    break;
            }
        }
        // Deciding reads what the platform says of instrument and account, and that may throw anything. Nothing was done yet.
        catch (Exception error)
        {
            Notify(NoticeName.DecideFailed, error.Message, signal.Id);
        }
        return null;
    }

    private async Task Submit(
        Job job, Decision.Take decision, ClaimIntent intent, ClaimResult.Granted granted, Dictionary<string, double> latency)
    {
        var answeredAtMs = Clock.MonotonicMs;
        var (grant, deadline, _) = granted;
        var signalId = job.Signal.Id;
        var leg = grant.Signal.Intent == Intent.Close ? Leg.Close : Leg.Entry;
        var clientOrderId = grant.ClientOrderId;
        var submission = new Submission(grant.Delivery.Id, grant.Fence, intent.Session, intent.Epoch, clientOrderId, leg);
        var order = new SignalOrder
        {
            ClientOrderId = clientOrderId,
            Submission = submission,
            LeftMs = deadline.LeftMs,
            Signal = grant.Signal,
            Qty = decision.Qty,
            LimitPrice = decision.LimitPrice,
        };
        // Planned before the disk is asked, so that plan and submission are one record.
        var opening = Desk.Open(order);
        if (opening.Refusal is { } refusal)
        {
            await Nack(signalId, submission, refusal, latency);
            return;
        }
        try
        {
            await Ledger.Write(new LedgerRecord.Submitting(signalId, submission, opening.Turn));
        }
        catch (StoreFailedException error)
        {
            Notify(NoticeName.StoreFailed, error.Message, signalId);
            await Withhold(signalId, order, NotDone.StoreFailed, latency);
            return;
        }
        if (opening.Turn is { Reports: { Count: > 0 } reports }) Outbox.Send(reports);

        // From here to Desk.Submit nothing is awaited: what was true at the look is true when the order leaves.
        if (ObjectionTo(job, grant.Signal, intent, deadline) is { } reason)
        {
            await Withhold(signalId, order, reason, latency);
            return;
        }
        var submittedAtMs = Clock.MonotonicMs;
        LeftAtMs[clientOrderId] = submittedAtMs;
        latency["claim_to_submit_ms"] = submittedAtMs - answeredAtMs;
        if (opening.Turn is not null) Latencies[clientOrderId] = latency;
        OrderFact? fact;
        try
        {
            fact = await Desk.Submit(order);
        }
        // Whatever was thrown, the order may have arrived.
        catch (Exception error)
        {
            Notify(NoticeName.InDoubt, $"nobody knows whether {clientOrderId} arrived: {error.Message}", signalId);
            // The venue's own word may have come first, and the server may have it already: then there is nothing left to find.
            if (Ledger.Entry(signalId) is { Submission: not null } entry) await Reconciler.Find(entry);
            return;
        }
        if (fact is null)
        {
            Notify(NoticeName.Submitted, $"{clientOrderId} was sent", signalId);
            return;
        }
        var tookMs = Clock.MonotonicMs - submittedAtMs;
        if (fact.Status is not (ReportType.Submitted or ReportType.Partial)) LeftAtMs.Remove(clientOrderId);
        Notify(NoticeName.Submitted, $"{clientOrderId} is {fact.Status}", signalId);
        latency["submit_to_ack_ms"] = tookMs;
        if (fact.Status == ReportType.Filled) latency["submit_to_fill_ms"] = tookMs;
        await Reporter.Tell(fact with { ClientOrderId = clientOrderId }, latency);
    }

    private Task Withhold(string signalId, SignalOrder order, string reason, Dictionary<string, double> latency)
    {
        if (!Desk.Withhold(order, reason)) return Nack(signalId, order.Submission, reason, latency);
        Notify(NoticeName.NotSubmitted, reason, signalId);
        return Task.CompletedTask;
    }

    private Task Nack(string signalId, Submission submission, string reason, Dictionary<string, double> latency) =>
        Reporter.TellNotDone(signalId, submission.Origin, ReportType.Nack, reason, submission.ClientOrderId, latency);

    /// <summary>Everything that may have changed since the signal was decided on. The reason not to send, if there is one.</summary>
    private string? ObjectionTo(Job job, Signal signal, ClaimIntent intent, Deadline deadline)
    {
        if (intent.Instance != Instance || !Keeper.Holds(intent.Session, intent.Epoch)) return NotDone.SessionLost;
        // The one reason after which the server may offer the signal again, to whoever comes next.
        if (Closing.IsCancellationRequested) return NotDone.NotSent;
        if (deadline.IsOver) return NotDone.ExpiredBeforeSubmission;
        if (job.IsCancelled) return NotDone.SignalCancelled;
        if (Keeper.IsHalted && signal.Intent == Intent.Entry) return NotDone.AccountHalted;
        return Objection(signal);
    }
}
