using TorchSharp;

namespace Sextant.Pretrained;

/// <summary>A type of values that files of weights hold, under its names there.</summary>
/// <param name="Type">In torch.</param>
/// <param name="Bytes">Of one value.</param>
/// <param name="Name">As numpy and torch spell it.</param>
/// <param name="InSafeTensors">Its dtype there.</param>
/// <param name="TorchStorage">The class of its storages in PyTorch's pickles.</param>
internal sealed record ElementType(torch.ScalarType Type, int Bytes, string Name, string InSafeTensors, string TorchStorage)
{
    public static readonly IReadOnlyList<ElementType> All =
    [
        new(torch.ScalarType.Float32, 4, "float32", "F32", "FloatStorage"),
        new(torch.ScalarType.Float16, 2, "float16", "F16", "HalfStorage"),
        new(torch.ScalarType.BFloat16, 2, "bfloat16", "BF16", "BFloat16Storage"),
        new(torch.ScalarType.Float64, 8, "float64", "F64", "DoubleStorage"),
        new(torch.ScalarType.Int64, 8, "int64", "I64", "LongStorage"),
        new(torch.ScalarType.Int32, 4, "int32", "I32", "IntStorage"),
        new(torch.ScalarType.Int16, 2, "int16", "I16", "ShortStorage"),
        new(torch.ScalarType.Int8, 1, "int8", "I8", "CharStorage"),
        new(torch.ScalarType.Byte, 1, "uint8", "U8", "ByteStorage"),
        new(torch.ScalarType.Bool, 1, "bool", "BOOL", "BoolStorage"),
    ];

    /// <summary>Types of the format that torch 2.10's tensors here have no use for.</summary>
    public static readonly IReadOnlySet<string> UnsupportedInSafeTensors = new HashSet<string>
    {
        "F8_E4M3", "F8_E5M2", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ", "F4", "F6_E2M3", "F6_E3M2", "U16", "U32", "U64", "C64", "C128",
    };

    public bool IsFloatingPoint => Type is torch.ScalarType.Float32 or torch.ScalarType.Float16 or torch.ScalarType.BFloat16 or torch.ScalarType.Float64;

    /// <summary>Null for a type that files of weights do not hold.</summary>
    public static ElementType? Of(torch.ScalarType type) => All.FirstOrDefault(t => t.Type == type);
}
