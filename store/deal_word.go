package store

import (
	"context"

	"leadtocash/crm"
)

// SettingDealWords is the word by which each language calls an opportunity.
const SettingDealWords = "deal_words"

func dealWords(ctx context.Context, q querier) (crm.DealWords, error) {
	rows, err := many[struct {
		Language string
		Word     crm.DealWord
	}](ctx, q, `select language, word from deal_word`)
	out := crm.UsualDealWords()
	for _, r := range rows {
		out[r.Language] = r.Word
	}
	return out, err
}

// DealWords reads by which word each language calls an opportunity on the screens (S010), and the setting's version.
func (s *Store) DealWords(ctx context.Context) (crm.DealWords, int, error) {
	version, err := settingVersion(ctx, s.pool, SettingDealWords, "")
	if err != nil {
		return nil, 0, err
	}
	words, err := dealWords(ctx, s.pool)
	return words, version, err
}

// EditDealWords chooses the words; a language that is left out keeps its own. Errors: those of crm.DealWords.Check, Stale.
func (s *Store) EditDealWords(ctx context.Context, t Target, chosen crm.DealWords) (words crm.DealWords, version int, err error) {
	if err := chosen.Check(); err != nil {
		return nil, 0, err
	}
	version, err = s.editSetting(ctx, SettingDealWords, t, func(e *edit) (map[string]change, error) {
		if words, err = dealWords(ctx, e.q); err != nil {
			return nil, err
		}
		before := wordTexts(words)
		for language, word := range chosen {
			words[language] = word
			if _, err := e.q.Exec(ctx, `insert into deal_word (language, word) values ($1, $2) on conflict (language) do update set word = excluded.word`, language, word); err != nil {
				return nil, err
			}
		}
		return compare(before, wordTexts(words)), nil
	})
	return words, version, err
}

func wordTexts(words crm.DealWords) map[string]string {
	out := map[string]string{}
	for language, word := range words {
		out[language] = string(word)
	}
	return out
}
