using System;
using System.Collections.Generic;
using System.Linq;
using Tapewire.Bridge.Wire;

namespace Tapewire.Bridge.Server;

/// <summary>
/// The report without what the server would refuse it for. Venues say 0 for the price of a market order, and write paragraphs
/// for a reason; that the order was filled must not be lost over it.
/// </summary>
internal static class ReportFitting
{
    private const int LatenciesMost = 16;

    public static ReportBody Fit(ReportBody body) => body with
    {
        OrderId = Fit(body.OrderId, 128),
        FeeAsset = Fit(body.FeeAsset, 32),
        Reason = Fit(body.Reason, 500),
        Qty = AtLeastZero(body.Qty),
        CumQty = AtLeastZero(body.CumQty),
        LeavesQty = AtLeastZero(body.LeavesQty),
        Price = AboveZero(body.Price),
        AvgPrice = AboveZero(body.AvgPrice),
        Latency = Fit(body.Latency),
    };

    private static string? Fit(string? text, int longest) =>
        string.IsNullOrEmpty(text) ? null : text.Length <= longest ? text : text[..longest];

    private static decimal? AtLeastZero(decimal? quantity) => quantity >= 0 ? quantity : null;

    private static decimal? AboveZero(decimal? price) => price > 0 ? price : null;

    private static Dictionary<string, double>? Fit(IReadOnlyDictionary<string, double>? latency)
    {
        var kept = (latency ?? new Dictionary<string, double>())
            .Where(each => double.IsFinite(each.Value) && each.Value >= 0)
            .Take(LatenciesMost)
            // Ticks of the clock are finer than what anybody can mean.
            .ToDictionary(each => each.Key, each => Math.Round(each.Value, 3));
        return kept.Count == 0 ? null : kept;
    }
}
