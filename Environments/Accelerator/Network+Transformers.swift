/// Transformers: every product of an encoder or decoder layer, repeated as often as there are layers. Scores are
/// counted densely, also where a causal mask would hide half of them; heads are groups.
extension Network {
    /// Devlin et al., BERT, 2019: the base model on a sequence of tokens.
    static func bert(tokens: Int) -> Network {
        var writer = NetworkWriter()
        writer.transformer(tokens: tokens, context: tokens)
        return writer.network("bert-base-\(tokens)")
    }

    /// Radford et al., Language Models are Unsupervised Multitask Learners, 2019: the small model reads 1,024 tokens
    /// and predicts one.
    static let gpt2Prefill: Network = {
        var writer = NetworkWriter()
        writer.transformer(tokens: 1_024, context: 1_024)
        writer.dense("lm_head", 768, 50_257)
        return writer.network("gpt2-prefill-1024")
    }()

    /// The same model writes one token after 1,024.
    static let gpt2Decode: Network = {
        var writer = NetworkWriter()
        writer.transformer(tokens: 1, context: 1_024)
        writer.dense("lm_head", 768, 50_257)
        return writer.network("gpt2-decode-1024")
    }()

    /// Dosovitskiy et al., An Image is Worth 16x16 Words, 2021: ViT-B/16 at 224 × 224.
    static let visionTransformer: Network = {
        var writer = NetworkWriter()
        writer.convolution("patch_embed", 3, 768, size: 224, filter: 16, stride: 16, padding: 0)
        writer.transformer(tokens: 197, context: 197)
        writer.dense("head", 768, 1_000)
        return writer.network("vit-b16")
    }()
}

extension NetworkWriter {
    /// Twelve layers of width 768 with 12 heads and 3,072 in the middle of the feed-forward part.
    fileprivate mutating func transformer(tokens: Int, context: Int) {
        let (layers, width, heads, middle) = (12, 768, 12, 3_072)
        for name in ["q_proj", "k_proj", "v_proj"] { dense(name, width, width, rows: tokens, repeats: layers) }
        product("attn_qk", heads: heads, width / heads, context, rows: tokens, repeats: layers)
        product("attn_av", heads: heads, context, width / heads, rows: tokens, repeats: layers)
        dense("out_proj", width, width, rows: tokens, repeats: layers)
        dense("ffn1", width, middle, rows: tokens, repeats: layers)
        dense("ffn2", middle, width, rows: tokens, repeats: layers)
    }
}
