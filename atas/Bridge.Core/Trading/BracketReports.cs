using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Tapewire.Bridge.Wire;

namespace Tapewire.Bridge.Trading;

/// <summary>
/// What the server is to know, as a function of what is known here: whatever is known and was not told yet. Broker events
/// that repeat or change places therefore end in the same reports.
///
/// A refused exit is not reported: it is tried again under another id, and "refused" and "filled" of one leg contradict each
/// other at the server. It is an alarm here instead.
/// </summary>
internal static class BracketReports
{
    public static void Write(BracketTurn turn)
    {
        foreach (var order in turn.State.Orders) OfOrder(turn, order);
        OfPosition(turn);
        OfClose(turn);
    }

    /// <summary>Nothing is waited for any more that would change what was told.</summary>
    public static bool IsComplete(BracketTurn turn) =>
        turn.State.Orders.All(order => order.HasPrices || !AwaitsPrices(turn, order))
        && (turn.State.Net != 0 || turn.State.ToldClosed >= turn.State.Entered)
        && (turn.State.Close is null || turn.State.IsCloseTold);

    private static void OfOrder(BracketTurn turn, LegOrder order)
    {
        if (TypeOf(turn.State, order) is not { } type) return;
        var told = order.Told;
        var isClosing = IsOfClose(turn.State, order);
        // Of an exit only what the venue took; of a CLOSE only what came of it, which more than one order may decide.
        if (type == ReportType.Rejected && order.Leg != Leg.Entry) return;
        if (type == ReportType.Cancelled && isClosing) type = order.Filled > 0 ? ReportType.Partial : ReportType.Submitted;
        if (Rank(type) < Rank(told.Type)) type = told.Type!.Value;
        // Known by the position it left alone. What its fills say later is told beside it, and is not less.
        var isFound = IsFound(turn.State, order);
        var filled = isFound ? turn.State.Adopted : order.Filled;
        var hasPrices = order.HasPrices && !isFound;
        if (filled > told.Filled && AwaitsPrices(turn, order)) return;
        var fee = order.Fills.Sum(fill => fill.Fee ?? 0);
        var isNews = Rank(type) > Rank(told.Type) || filled > told.Filled || fee != told.Fee
            || (filled > 0 && hasPrices && !told.HasPrice);
        if (!isNews) return;

        var origin = isClosing ? turn.State.Close! : turn.State.Origin;
        var isFill = filled > 0;
        var last = order.Fills.Length > 0 ? order.Fills[^1] : null;
        Tell(turn, origin, new Draft(type, order.Leg)
        {
            OrderId = order.OrderId,
            ClientOrderId = order.Comment,
            Qty = type == ReportType.Submitted ? order.Quantity : filled > told.Filled ? filled - told.Filled : null,
            CumQty = isFill || type == ReportType.Cancelled ? isFound ? filled : OfSameLeg(turn.State, order).Sum(each => each.Filled) : null,
            LeavesQty = !isFill ? null : order.IsLive ? Math.Max(0, order.Quantity - filled) : 0,
            Price = isFill && hasPrices ? last?.Price : null,
            AvgPrice = isFound ? turn.State.AdoptedPrice : order.AveragePrice,
            Fee = fee != told.Fee ? fee - told.Fee : null,
            FeeAsset = fee != told.Fee ? order.Fills.LastOrDefault(fill => fill.FeeAsset is not null)?.FeeAsset : null,
            VenueTimeMs = order.Fills.Max(fill => fill.VenueTimeMs),
            Reason = isFound ? (turn.Memory.IsRestored ? Reasons.FoundAfterRestart : Reasons.Adopted).Name
                : Rank(type) == Rank(ReportType.Rejected) || type is ReportType.Nack or ReportType.NotSent ? Words(turn.State, order) : null,
            LatencyMs = turn.Memory.IsRestored || isFound || order.Leg is not (Leg.Entry or Leg.Close) ? null : turn.NowMs - order.SentAtMs,
        });
        var now = order with { Told = new Told { Type = type, Filled = filled, Fee = fee, HasPrice = hasPrices } };
        turn.Update(order, now);
    }

    /// <summary>CLOSED, on the delivery of the entry, once nothing is open and nothing more can come.</summary>
    private static void OfPosition(BracketTurn turn)
    {
        var state = turn.State;
        if (state.Entered <= state.ToldClosed || state.Net != 0 || state.Entry.IsLive) return;
        var exits = state.Orders.Where(order => order.Leg != Leg.Entry && order.Filled > 0).ToList();
        if (exits.Any(order => AwaitsPrices(turn, order))) return;
        var (leg, reason, order) = EndOf(state, exits);
        var closing = exits.Where(exit => exit.Side != state.Plan.Side).ToList();
        var quantity = closing.Sum(exit => exit.Filled);
        var isPriced = quantity > 0 && state.ClosedElsewhere == 0 && closing.All(exit => exit.HasPrices);
        Tell(turn, state.Origin, new Draft(ReportType.Closed, leg)
        {
            OrderId = order?.OrderId,
            ClientOrderId = order?.Comment,
            Qty = state.Entered,
            LeavesQty = 0,
            AvgPrice = isPriced ? closing.Sum(exit => exit.Filled * exit.AveragePrice!.Value) / quantity : null,
            Reason = reason,
        });
        turn.State = turn.State with { ToldClosed = state.Entered };
    }

    /// <summary>The last word on the delivery of the CLOSE itself.</summary>
    private static void OfClose(BracketTurn turn)
    {
        var state = turn.State;
        if (state.Close is not { } close || state.IsCloseTold) return;
        if (state.Net != 0 || state.Orders.Any(order => order.IsLive && order.Leg is (Leg.Entry or Leg.Close))) return;
        if (state.Entered == 0 && state.Entry.Stage == OrderStage.Lost && state.Doubt is null && !state.NeverArrived) return;
        var orders = state.Orders.Where(order => IsOfClose(state, order)).ToList();
        if (orders.Exists(order => AwaitsPrices(turn, order))) return;
        var filled = orders.Sum(order => order.Filled);
        if (filled > 0 && orders[^1].Told.Type != ReportType.Filled)
        {
            Tell(turn, close, new Draft(ReportType.Filled, Leg.Close)
            {
                OrderId = orders[^1].OrderId, ClientOrderId = orders[^1].Comment, CumQty = filled, LeavesQty = 0,
                AvgPrice = orders.All(order => order.HasPrices) ? orders.Sum(order => order.Fills.Sum(fill => fill.Quantity * fill.Price)) / filled : null,
            });
        }
        else if (filled == 0)
        {
            var wasSent = orders.Count > 0;
            var reason = state.Doubt ?? Reasons.AlreadyClosed.Name;
            Tell(turn, close, new Draft(wasSent ? ReportType.Cancelled : ReportType.Nack, Leg.Close)
            {
                ClientOrderId = close.ClientOrderId, CumQty = wasSent ? 0 : null, Reason = reason,
            });
        }
        turn.State = turn.State with { IsCloseTold = true };
    }

    private static ReportType? TypeOf(BracketState state, LegOrder order) => order.Stage switch
    {
        OrderStage.Withheld => ReportType.Nack,
        OrderStage.Filled => ReportType.Filled,
        OrderStage.Cancelled => ReportType.Cancelled,
        OrderStage.Rejected => ReportType.Rejected,
        _ when order.Leg == Leg.Entry && state.NeverArrived && order.Filled == 0 => ReportType.NotSent,
        _ when IsFound(state, order) => state.Adopted >= order.Quantity ? ReportType.Filled : ReportType.Partial,
        _ when order.Filled > 0 => ReportType.Partial,
        OrderStage.Working => ReportType.Submitted,
        _ => null,
    };

    /// <summary>Not before it is called lost: until then its own fills may be under way.</summary>
    private static bool IsFound(BracketState state, LegOrder order) =>
        order.Leg == Leg.Entry && state.Adopted > order.Filled && (order.Stage == OrderStage.Lost || order.Told.Filled > 0);

    /// <summary>Which exit ended it: the one that was filled last, by the venue's clock; by weight where that does not tell.</summary>
    private static (Leg Leg, string Reason, LegOrder? Order) EndOf(BracketState state, List<LegOrder> exits)
    {
        var last = exits.Where(order => order.Side != state.Plan.Side)
            .OrderByDescending(order => order.Fills.Max(fill => fill.VenueTimeMs) ?? 0)
            .ThenByDescending(order => order.Leg)
            .FirstOrDefault();
        if (state.ClosedElsewhere > 0 || last is null) return (Leg.Close, Reasons.Manual.Name, null);
        var reason = last.Leg switch
        {
            Leg.Stop => Reasons.StopLoss.Name,
            Leg.Close => IsOfClose(state, last) ? Reasons.CloseSignal.Name : state.Flatten ?? Reasons.Manual.Name,
            _ => Reasons.Target.Name,
        };
        return (last.Leg, reason, last);
    }

    private static bool AwaitsPrices(BracketTurn turn, LegOrder order)
    {
        if (order.HasPrices)
        {
            turn.Memory.PricesAwaitedSinceMs.Remove(order.Comment);
            return false;
        }
        if (!turn.Memory.PricesAwaitedSinceMs.TryGetValue(order.Comment, out var since))
            turn.Memory.PricesAwaitedSinceMs.Add(order.Comment, since = turn.NowMs);
        return turn.NowMs < since + turn.Rules.ReportSettleMs;
    }

    private static bool IsOfClose(BracketState state, LegOrder order) =>
        state.Close is { } close && order.Comment.StartsWith(close.ClientOrderId, StringComparison.Ordinal);

    private static IEnumerable<LegOrder> OfSameLeg(BracketState state, LegOrder order) =>
        state.Orders.Where(each => each.Leg == order.Leg && IsOfClose(state, each) == IsOfClose(state, order));

    private static string? Words(BracketState state, LegOrder order) =>
        order.Reason ?? (state.NeverArrived ? Reasons.NeverArrived.Name : null);

    private static int Rank(ReportType? type) => type switch
    {
        null => 0,
        ReportType.Submitted => 1,
        ReportType.Partial => 2,
        ReportType.Filled => 5,
        ReportType.Cancelled => 4,
        _ => 3,
    };

    private sealed record Draft(ReportType Type, Leg Leg)
    {
        public string? OrderId { get; init; }
        public string? ClientOrderId { get; init; }
        public decimal? Qty { get; init; }
        public decimal? CumQty { get; init; }
        public decimal? LeavesQty { get; init; }
        public decimal? Price { get; init; }
        public decimal? AvgPrice { get; init; }
        public decimal? Fee { get; init; }
        public string? FeeAsset { get; init; }
        public long? VenueTimeMs { get; init; }
        public string? Reason { get; init; }
        public long? LatencyMs { get; init; }
    }

    private static void Tell(BracketTurn turn, GrantOrigin origin, Draft draft)
    {
        var number = turn.State.ReportCount + 1;
        turn.State = turn.State with { ReportCount = number };
        var stage = draft.Type == ReportType.Submitted ? "submit_to_ack_ms" : draft.Type == ReportType.Filled ? "submit_to_fill_ms" : null;
        turn.Effects.Add(new Report(origin.DeliveryId, new ReportBody
        {
            // Once and for all: a crash between disk and server repeats it with this id.
            ReportId = string.Create(CultureInfo.InvariantCulture, $"{turn.State.Origin.ClientOrderId}:{turn.State.Origin.Fence}:{number}"),
            Session = origin.Session,
            Epoch = origin.Epoch,
            Fence = origin.Fence,
            Type = draft.Type,
            Leg = draft.Leg,
            OrderId = Shortened(draft.OrderId, 128),
            ClientOrderId = draft.ClientOrderId,
            Qty = draft.Qty,
            CumQty = draft.CumQty,
            LeavesQty = draft.LeavesQty,
            Price = draft.Price > 0 ? draft.Price : null,
            AvgPrice = draft.AvgPrice > 0 ? draft.AvgPrice : null,
            Fee = draft.Fee,
            FeeAsset = Shortened(draft.FeeAsset, 32),
            VenueTime = draft.VenueTimeMs is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null,
            Reason = Shortened(draft.Reason, 500),
            Latency = stage is not null && draft.LatencyMs is { } took ? new Dictionary<string, double> { [stage] = took } : null,
        }));
    }

    private static string? Shortened(string? text, int longest) =>
        string.IsNullOrEmpty(text) ? null : text.Length <= longest ? text : text[..longest];
}
