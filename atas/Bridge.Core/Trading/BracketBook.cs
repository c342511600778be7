using System;
using System.Collections.Generic;
using System.Linq;
using Tapewire.Bridge.Wire;

namespace Tapewire.Bridge.Trading;

/// <summary>
/// All brackets of one instrument and account, one of them open at a time: in a netted account two positions could not be
/// told apart. Hands each event to whom it concerns, and knows an order of ours from everybody else's by its Comment.
/// </summary>
public sealed class BracketBook(BracketRules rules)
{
    /// <summary>Kept after their end, because a late word can still come.</summary>
    private const int RestingMax = 200;

    /// <summary>Fills whose order has not said its id yet.</summary>
    private const int StrayFillsMax = 200;

    private readonly List<Bracket> _brackets = [];
    private readonly List<BrokerFill> _strayFills = [];
    private readonly HashSet<string> _strangers = [];
    private decimal? _position;

    /// <summary>Something is open, under way or waited for: time must be told.</summary>
    public bool IsBusy => _brackets.Exists(bracket => !bracket.IsOver);

    /// <summary>The broker's, as last heard; null: never.</summary>
    public decimal? Position => _position;

    public IReadOnlyList<Bracket> Brackets => _brackets;

    public Bracket? Of(string signalId) => _brackets.Find(bracket => bracket.State.SignalId == signalId);

    /// <summary>What was remembered, oldest first. Ask the platform what there is and tell it, before anything else.</summary>
    public void Restore(IEnumerable<BracketState> states, long nowMs)
    {
        foreach (var state in states) _brackets.Add(Bracket.Restore(state, rules, nowMs));
    }

    /// <summary>Enters, once per delivery: the same grant again does nothing.</summary>
    public IReadOnlyList<BracketEffect> Open(GrantAccepted grant, long nowMs)
    {
        var isKnown = _brackets.Exists(bracket =>
            bracket.State.SignalId == grant.SignalId || bracket.State.Origin.ClientOrderId == grant.Origin.ClientOrderId);
        if (isKnown) return [];
        if (IsBusy) return [Nack(grant.Origin, Leg.Entry, Reasons.BracketOpen)];
        if (_position is not 0) return [Nack(grant.Origin, Leg.Entry, _position is null ? Reasons.PositionUnknown : Reasons.NotFlat)];
        var (bracket, effects) = Bracket.Open(grant, _position, rules, nowMs);
        // Flat until here: whatever the position becomes from now on, no earlier one has opened it.
        foreach (var earlier in _brackets) earlier.LeavePosition();
        Forget();
        _brackets.Add(bracket);
        return effects;
    }

    /// <summary>A CLOSE was granted.</summary>
    /// <param name="signalId">The signal that it closes.</param>
    public IReadOnlyList<BracketEffect> Close(string signalId, GrantOrigin origin, long nowMs)
    {
        if (Of(signalId) is not { } bracket || (bracket.State.Close is { } other && other.DeliveryId != origin.DeliveryId))
            return [Nack(origin, Leg.Close, Reasons.AlreadyClosed)];
        return bracket.Apply(new CloseRequested(origin), nowMs);
    }

    /// <summary>For what concerns one signal: amended, withdrawn, withheld.</summary>
    public IReadOnlyList<BracketEffect> Apply(string signalId, BracketEvent happened, long nowMs) =>
        Of(signalId)?.Apply(happened, nowMs) ?? [];

    /// <summary>For everything else. An order that is not ours concerns nobody.</summary>
    public IReadOnlyList<BracketEffect> Apply(BracketEvent happened, long nowMs)
    {
        switch (happened)
        {
            case OrderChanged { Order: var order }:
                return Single([.. ToOwner(order.Comment, order.OrderId, happened, nowMs), .. Strays(nowMs)]);
            case OrderFilled { Fill: var fill }:
                if (!_brackets.Exists(bracket => bracket.Knows(fill.Comment, fill.OrderId))) Keep(fill);
                return ToOwner(fill.Comment, fill.OrderId, happened, nowMs);
            case RegisterFailed(var comment, _):
                return ToOwner(comment, null, happened, nowMs);
            case CancelFailed(var comment, _):
                return ToOwner(comment, null, happened, nowMs);
            case ModifyFailed(var comment, _):
                return ToOwner(comment, null, happened, nowMs);
            case OutcomeUnknown(var comment, _):
                return ToOwner(comment, null, happened, nowMs);
            case PositionChanged(var position):
                _position = position;
                break;
            case OrdersListed { Listing: var listing }:
                _position = listing.Position ?? _position;
                return Single([.. ToAll(happened, nowMs), .. Strays(nowMs), .. Strangers(listing)]);
        }
        return Single(ToAll(happened, nowMs));
    }

    private IReadOnlyList<BracketEffect> ToOwner(string? comment, string? orderId, BracketEvent happened, long nowMs) =>
        _brackets.FindLast(bracket => bracket.Knows(comment, orderId))?.Apply(happened, nowMs) ?? [];

    private List<BracketEffect> ToAll(BracketEvent happened, long nowMs)
    {
        var effects = new List<BracketEffect>();
        foreach (var bracket in _brackets) effects.AddRange(bracket.Apply(happened, nowMs));
        return effects;
    }

    /// <summary>A fill can come before the word that tells which order has that id.</summary>
    private void Keep(BrokerFill fill)
    {
        if (fill.OrderId is null) return;
        _strayFills.Add(fill);
        if (_strayFills.Count > StrayFillsMax) _strayFills.RemoveAt(0);
    }

    private List<BracketEffect> Strays(long nowMs)
    {
        var effects = new List<BracketEffect>();
        foreach (var fill in _strayFills.ToList())
        {
            if (_brackets.FindLast(bracket => bracket.Knows(comment: null, fill.OrderId)) is not { } owner) continue;
            _strayFills.Remove(fill);
            effects.AddRange(owner.Apply(new OrderFilled(fill), nowMs));
        }
        return effects;
    }

    /// <summary>Ours by its mark, and in no memory of ours: left alone, because it may protect something. A person must look.</summary>
    private IEnumerable<BracketEffect> Strangers(OrdersListing listing)
    {
        foreach (var order in listing.Orders)
        {
            if (order.Comment is not { } comment || order.State is not (BrokerOrderState.Working or BrokerOrderState.Pending)) continue;
            if (!comment.StartsWith("tw-", StringComparison.Ordinal) || _brackets.Exists(bracket => bracket.Knows(comment, order.OrderId))) continue;
            if (_strangers.Add(comment)) yield return new Alarm(Reasons.UnknownOrder.Name, $"{Reasons.UnknownOrder.Sentence} ({comment})");
        }
    }

    /// <summary>One question is enough, whoever asks.</summary>
    private static List<BracketEffect> Single(List<BracketEffect> effects)
    {
        var first = effects.FindIndex(effect => effect is QueryOrders);
        var index = 0;
        effects.RemoveAll(effect => index++ > first && first >= 0 && effect is QueryOrders);
        return effects;
    }

    private void Forget()
    {
        var resting = _brackets.Where(bracket => bracket.IsOver).ToList();
        foreach (var oldest in resting.Take(resting.Count - RestingMax)) _brackets.Remove(oldest);
    }

    private static Report Nack(GrantOrigin origin, Leg leg, Reason reason) => new(origin.DeliveryId, new ReportBody
    {
        ReportId = $"{origin.ClientOrderId}:{origin.Fence.ToString(System.Globalization.CultureInfo.InvariantCulture)}:{reason.Name}",
        Session = origin.Session,
        Epoch = origin.Epoch,
        Fence = origin.Fence,
        Type = ReportType.Nack,
        Leg = leg,
        ClientOrderId = origin.ClientOrderId,
        Reason = reason.Name,
    });
}
