namespace Tapewire.Bridge.Trading;

/// <summary>Every reason that this side names: the name travels, the sentence is for people.</summary>
public static class Reasons;
