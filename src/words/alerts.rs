//! Titles of alerts (`> [!NOTE]`) to which the author gave none. They follow the language of
//! the text around them, not the project's, and are the only words needed in that language.

/// The titles by language: note, tip, important, warning, caution.
const NAMES: [(&str, [&str; 5]); 20] = [
    ("en", ["Note", "Tip", "Important", "Warning", "Caution"]),
    ("ar", ["ملاحظة", "نصيحة", "مهم", "تحذير", "تنبيه"]),
    ("cs", ["Poznámka", "Tip", "Důležité", "Varování", "Pozor"]),
    ("da", ["Bemærk", "Tip", "Vigtigt", "Advarsel", "Forsigtig"]),
    ("de", ["Hinweis", "Tipp", "Wichtig", "Warnung", "Vorsicht"]),
    ("es", ["Nota", "Consejo", "Importante", "Advertencia", "Precaución"]),
    ("fa", ["یادداشت", "نکته", "مهم", "هشدار", "احتیاط"]),
    ("fr", ["Remarque", "Astuce", "Important", "Avertissement", "Attention"]),
    ("he", ["הערה", "טיפ", "חשוב", "אזהרה", "זהירות"]),
    ("it", ["Nota", "Suggerimento", "Importante", "Avvertenza", "Attenzione"]),
    ("ja", ["注記", "ヒント", "重要", "警告", "注意"]),
    ("ko", ["참고", "팁", "중요", "경고", "주의"]),
    ("nl", ["Opmerking", "Tip", "Belangrijk", "Waarschuwing", "Let op"]),
    ("pl", ["Uwaga", "Wskazówka", "Ważne", "Ostrzeżenie", "Ostrożnie"]),
    ("pt", ["Nota", "Dica", "Importante", "Aviso", "Cuidado"]),
    ("ru", ["Примечание", "Совет", "Важно", "Предупреждение", "Осторожно"]),
    ("sv", ["Obs", "Tips", "Viktigt", "Varning", "Försiktigt"]),
    ("tr", ["Not", "İpucu", "Önemli", "Uyarı", "Dikkat"]),
    ("uk", ["Примітка", "Порада", "Важливо", "Попередження", "Обережно"]),
    ("zh", ["注意", "提示", "重要", "警告", "小心"]),
];

/// The titles in the language with this BCP 47 tag, or in English: note, tip, important, warning,
/// caution.
#[must_use]
pub fn alerts(language: &str) -> &'static [&'static str; 5] {
    let base = language.split('-').next().unwrap_or("");
    &NAMES.iter().find(|(tag, _)| tag.eq_ignore_ascii_case(base)).unwrap_or(&NAMES[0]).1
}
