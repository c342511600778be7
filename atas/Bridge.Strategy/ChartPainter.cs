using System.Drawing;
using ATAS.Indicators;
using OFT.Rendering.Context;
using OFT.Rendering.Tools;
using Tapewire.Bridge.Pilot;

namespace Tapewire.Bridge;

/// <summary>Draws the one line that says why it is or is not trading, and the open trade.</summary>
internal static class ChartPainter
{
    private static readonly RenderFont Font = new("Arial", 10);
    private static readonly RenderPen Entry = new(Color.SteelBlue, 2);
    private static readonly RenderPen Stop = new(Color.IndianRed, 2);
    private static readonly RenderPen Target = new(Color.SeaGreen, 2);

    public static void Paint(RenderContext context, IChart chart, BridgeStatus status, bool drawsTrade)
    {
        var region = chart.PriceChartContainer.Region;
        var text = $"Tapewire: {status.Why}";
        var size = context.MeasureString(text, Font);
        context.FillRectangle(Color.FromArgb(190, 20, 20, 20), new Rectangle(region.Left + 8, region.Top + 8, size.Width + 12, size.Height + 8));
        context.DrawString(text, Font, Color.WhiteSmoke, region.Left + 14, region.Top + 12);
        if (!drawsTrade || status.Bracket is not { } bracket) return;
        if (bracket.EntryPrice is { } entry) Line(context, chart, Entry, entry, bracket.IsBuy ? "BUY" : "SELL");
        Line(context, chart, Stop, bracket.StopPrice, "stop");
        foreach (var target in bracket.Targets) Line(context, chart, Target, target, "target");
    }

    private static void Line(RenderContext context, IChart chart, RenderPen pen, decimal price, string text)
    {
        var region = chart.PriceChartContainer.Region;
        var y = chart.PriceChartContainer.GetYByPrice(price, isStartOfPriceLevel: false);
        if (y < region.Top || y > region.Bottom) return;
        context.DrawLine(pen, region.Left, y, region.Right, y);
        context.DrawString($"{text} {price}", Font, pen.Color, region.Left + 14, y + 2);
    }
}
