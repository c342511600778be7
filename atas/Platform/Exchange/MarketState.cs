namespace Tapewire.Platform;

/// <summary>What the exchange knows of the market in one instrument: the best quote and the last trade; 0 before the first.</summary>
internal sealed class MarketState
{
    public decimal Bid { get; set; }
    public decimal Ask { get; set; }
    public decimal Last { get; set; }
    public bool IsQuoted => Bid > 0 && Ask > 0;

    public decimal Opposite(Side side) => side == Side.Buy ? Ask : Bid;
}
