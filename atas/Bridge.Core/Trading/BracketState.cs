namespace Tapewire.Bridge.Trading;

/// <summary>Everything that is known of one delivery. Plain data: System.Text.Json writes and reads it.</summary>
public sealed record BracketState
{
    public required GrantOrigin Origin { get; init; }
    public required string SignalId { get; init; }
    public required BracketPlan Plan { get; init; }
}
