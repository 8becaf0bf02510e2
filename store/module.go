package store

import (
	"context"

	"leadtocash/crm"
)

// SettingModules is which supporting processes are switched off.
const SettingModules = "modules"

func modulesOff(ctx context.Context, q querier) (crm.ModulesOff, error) {
	rows, err := many[struct {
		Module crm.Module
		Reason string
	}](ctx, q, `select module, reason from module_off`)
	out := crm.ModulesOff{}
	for _, r := range rows {
		out[r.Module] = r.Reason
	}
	return out, err
}

// ModulesOff reads which modules are switched off and why (S090), and the setting's version.
func (s *Store) ModulesOff(ctx context.Context) (crm.ModulesOff, int, error) {
	version, err := settingVersion(ctx, s.pool, SettingModules, "")
	if err != nil {
		return nil, 0, err
	}
	off, err := modulesOff(ctx, s.pool)
	return off, version, err
}

// EditModules says anew which modules are off; those that are left out are on again, with all that they held. Errors: those of
// crm.ModulesOff.Check, Stale.
func (s *Store) EditModules(ctx context.Context, t Target, off crm.ModulesOff) (version int, err error) {
	if err := off.Check(); err != nil {
		return 0, err
	}
	return s.editSetting(ctx, SettingModules, t, func(e *edit) (map[string]change, error) {
		before, err := modulesOff(ctx, e.q)
		if err != nil {
			return nil, err
		}
		if _, err := e.q.Exec(ctx, `delete from module_off`); err != nil {
			return nil, err
		}
		for module, reason := range off {
			if _, err := e.q.Exec(ctx, `insert into module_off (module, reason) values ($1, $2)`, module, reason); err != nil {
				return nil, err
			}
		}
		return compare(moduleTexts(before), moduleTexts(off)), nil
	})
}

func moduleTexts(off crm.ModulesOff) map[string]string {
	out := map[string]string{}
	for module, reason := range off {
		out[string(module)] = reason
	}
	return out
}
