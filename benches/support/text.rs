//! What collections consist of: words in nine languages, formulas and code.

use super::random::Random;

/// A language and some of its words.
pub(crate) struct Language {
    pub(crate) tag: &'static str,
    /// How many of a hundred items are in this language.
    share: usize,
    /// Between words.
    pub(crate) space: &'static str,
    /// Begins a question.
    pub(crate) asks: &'static str,
    /// Ends a question.
    pub(crate) question: &'static str,
    /// Ends a sentence.
    pub(crate) stop: &'static str,
    /// Words, separated by spaces.
    words: &'static str,
}

impl Language {
    pub(crate) fn word(&self, random: &mut Random) -> &'static str {
        let mut words = self.words.split(' ');
        let count = words.clone().count();
        words.nth(random.below(count)).unwrap_or_default()
    }
}

/// English first.
pub(crate) const LANGUAGES: [Language; 9] = [
    Language {
        tag: "en",
        share: 52,
        space: " ",
        asks: "Why does ",
        question: "?",
        stop: ".",
        words: "the a of and model error data variance learning rate gradient each weight layer sample matrix \
                value over under between function loss large small training class index query table graph node \
                path memory cell protein enzyme membrane pressure heat energy current field force market price \
                demand law court contract treaty empire trade city river because while grows falls depends on \
                measures divides changes every other first last",
    },
    Language {
        tag: "de",
        share: 10,
        space: " ",
        asks: "Warum ist ",
        question: "?",
        stop: ".",
        words: "der die das und Fehler Daten Lernrate Gewicht Schicht Stichprobe Matrix Funktion größer kleiner \
                zwischen über unter Gedächtnis Zelle Eiweiß Druck Wärme Kraft Strom Feld Markt Preis Gesetz \
                Vertrag Stadt Fluss weil während wächst fällt misst ändert jede erste letzte",
    },
    Language {
        tag: "fr",
        share: 8,
        space: " ",
        asks: "Pourquoi ",
        question: " ?",
        stop: ".",
        words: "le la les et erreur données modèle poids couche échantillon matrice fonction grand petit entre \
                sous mémoire cellule protéine pression chaleur énergie champ force marché prix loi contrat ville \
                fleuve parce pendant croît baisse mesure chaque premier dernier",
    },
    Language {
        tag: "ru",
        share: 7,
        space: " ",
        asks: "Почему ",
        question: "?",
        stop: ".",
        words: "ошибка данные модель вес слой выборка матрица функция большой малый между над под память клетка \
                белок давление тепло энергия сила поле рынок цена закон договор город река потому пока растёт \
                падает измеряет меняет каждый первый последний",
    },
    Language {
        tag: "ja",
        share: 7,
        space: "",
        asks: "なぜ",
        question: "ですか？",
        stop: "。",
        words: "誤差は データを モデルの 重みが 層で 標本の 行列を 関数は 大きい 小さい 記憶が 細胞の 圧力を 熱が エネルギーは 力の 市場で 価格が 法律は 契約の 都市を 川が 増える 減る \
                測る 変わる 最初の 最後に",
    },
    Language {
        tag: "zh-Hans",
        share: 5,
        space: "",
        asks: "为什么",
        question: "？",
        stop: "。",
        words: "误差 数据 模型 权重 层 样本 矩阵 函数 较大 较小 之间 记忆 细胞 蛋白质 压力 热量 能量 力 市场 价格 法律 合同 城市 河流 因为 增长 下降 测量 改变 第一 最后",
    },
    Language {
        tag: "ar",
        share: 5,
        space: " ",
        asks: "لماذا ",
        question: "؟",
        stop: ".",
        words: "الخطأ البيانات النموذج الوزن الطبقة العينة المصفوفة الدالة كبير صغير بين فوق تحت الذاكرة الخلية \
                البروتين الضغط الحرارة الطاقة القوة السوق السعر القانون العقد المدينة النهر لأن ينمو يقيس كل أول",
    },
    Language {
        tag: "el",
        share: 3,
        space: " ",
        asks: "Γιατί ",
        question: ";",
        stop: ".",
        words: "σφάλμα δεδομένα μοντέλο βάρος στρώμα δείγμα πίνακας συνάρτηση μεγάλο μικρό μεταξύ μνήμη κύτταρο \
                πρωτεΐνη πίεση θερμότητα ενέργεια δύναμη πεδίο αγορά τιμή νόμος πόλη ποταμός επειδή αυξάνεται",
    },
    Language {
        tag: "he",
        share: 3,
        space: " ",
        asks: "מדוע ",
        question: "?",
        stop: ".",
        words: "שגיאה נתונים מודל משקל שכבה מדגם מטריצה פונקציה גדול קטן בין מעל תחת זיכרון תא חלבון לחץ חום \
                אנרגיה כוח שדה שוק מחיר חוק חוזה עיר נהר כי גדל יורד מודד משנה ראשון אחרון",
    },
];

/// A random language, according to their shares.
pub(crate) fn language(random: &mut Random) -> &'static Language {
    let mut drawn = random.below(100);
    for language in &LANGUAGES {
        if drawn < language.share {
            return language;
        }
        drawn -= language.share;
    }
    &LANGUAGES[0]
}

/// A formula for running text, without its dollars.
pub(crate) fn inline_formula(random: &mut Random) -> String {
    const FORMULAS: [&str; 10] = [
        r"x_{N}^2",
        r"\hat y_{N} = \sigma(w^\top x + b)",
        r"\mathcal{O}(n^{N} \log n)",
        r"\frac{\partial L}{\partial w_{N}}",
        r"\lVert w \rVert_2 \le N",
        r"P(A \mid B_{N})",
        r"\alpha = 10^{-N}",
        r"\sqrt{d_{N}}",
        r"\mathbb{E}[X_{N}]",
        r"f \colon \mathbb{R}^{N} \to \mathbb{R}",
    ];
    numbered(FORMULAS[random.below(FORMULAS.len())], random)
}

/// A displayed formula, without its dollars.
pub(crate) fn display_formula(random: &mut Random) -> String {
    const FORMULAS: [&str; 8] = [
        r"\int_0^{N} e^{-x^2}\,dx \approx \frac{\sqrt{\pi}}{2}",
        r"\mathbb{E}[(y - \hat f)^2] = \mathrm{Bias}^2 + \mathrm{Var} + \sigma_{N}^2",
        r"\mathrm{softmax}(z)_i = \frac{e^{z_i / N}}{\sum_{j=1}^{N} e^{z_j / N}}",
        r"A = \begin{pmatrix} a_{11} & N \\ N & a_{22} \end{pmatrix}",
        r"\nabla_\theta J(\theta) = \frac{1}{N} \sum_{i=1}^{N} \nabla_\theta \ell(x_i, y_i; \theta)",
        r"|x| = \begin{cases} x & x \ge N \\ -x & \text{otherwise} \end{cases}",
        r"\lim_{n \to \infty} \left(1 + \frac{N}{n}\right)^n = e^{N}",
        r"P(A \mid B) = \frac{P(B \mid A)\,P(A)}{P(B)}, \quad P(B) > \frac{1}{N}",
    ];
    numbered(FORMULAS[random.below(FORMULAS.len())], random)
}

/// How many languages code can be in.
pub(crate) const LANGUAGES_OF_CODE: usize = 7;

/// Code and its language, one of the first `languages`. Every version of Cardpress knows the
/// first four.
pub(crate) fn code(random: &mut Random, languages: usize) -> (&'static str, String) {
    const CODE: [(&str, &str); LANGUAGES_OF_CODE] = [
        (
            "python",
            "def NAME(values: list[float], k: int = N) -> float:\n    \"\"\"Mean of the k largest.\"\"\"\n    \
             top = sorted(values, reverse=True)[:k]\n    return sum(top) / len(top)  # k > 0",
        ),
        (
            "sql",
            "SELECT user_id, COUNT(*) AS NAME\nFROM events\nWHERE ts >= DATE '2024-01-01'\nGROUP BY user_id\n\
             HAVING COUNT(*) > N\nORDER BY NAME DESC;",
        ),
        (
            "rust",
            "fn NAME(items: &[u32]) -> Option<u32> {\n    items\n        .iter()\n        .filter(|item| **item > N)\n        \
             .copied()\n        .max()\n}",
        ),
        ("bash", "for file in *.NAME; do\n  sort -u \"$file\" | head -n N > \"${file%.*}.txt\"\ndone"),
        (
            "c",
            "int NAME(const char *text) {\n    int count = N;\n    while (*text != '\\0')\n        \
             count += *text++ == ' ';\n    return count;\n}",
        ),
        (
            "javascript",
            "const NAME = async (url) => {\n  const response = await fetch(`${url}?page=N`);\n  \
             if (!response.ok) throw new Error(response.status);\n  return response.json();\n};",
        ),
        (
            "java",
            "public static int NAME(int[] a, int key) {\n    int lo = 0, hi = a.length - 1;\n    while (lo <= hi) {\n        \
             int mid = (lo + hi) >>> 1;\n        if (a[mid] < key) lo = mid + 1; else hi = mid - N;\n    }\n    return lo;\n}",
        ),
    ];
    let (language, code) = CODE[random.below(languages)];
    let name = random.words(1);
    (language, numbered(&code.replace("NAME", &name), random))
}

/// `text`, with a number in place of each `N`.
fn numbered(text: &str, random: &mut Random) -> String {
    let number = (1 + random.below(99)).to_string();
    text.split_inclusive(|letter: char| !letter.is_ascii_alphanumeric())
        .map(|part| match part.strip_prefix('N') {
            Some(rest) if !rest.starts_with(|next: char| next.is_ascii_alphanumeric()) => format!("{number}{rest}"),
            _ => part.to_owned(),
        })
        .collect()
}

/// A one-line text as a YAML value, in quotes only if it needs them.
pub(crate) fn scalar(text: &str) -> String {
    let special = text.starts_with(|first: char| !first.is_alphanumeric());
    if special || text.contains(": ") || text.contains(" #") || text.ends_with(':') {
        return format!("'{}'", text.replace('\'', "''"));
    }
    text.to_owned()
}
