package api

import (
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"
)

// erpPanel is how a contract's order fares, and what may be done about it.
type erpPanel struct {
	store.ERPState
	Text, Tone string
	May        bool // somebody may act on it now
	Settle     bool // the form was sent and is shown again
	Cancel     bool
}

// erpPanel reads it; an order that never began its way has none.
func (r *request) erpPanel(c store.ContractPage, f form) (erpPanel, error) {
	p := erpPanel{Settle: f.Sent("reference") || f.Sent("settle_reason"), Cancel: f.Sent("cancel_reason")}
	p.Text, p.Tone = r.erpState(c)
	if len(c.ERP) == 0 {
		return p, nil
	}
	var err error
	p.ERPState, err = r.store.ERPOf(r.ctx(), c.ID)
	p.May = r.Can(crm.MayWriteContract) && p.State != "done" && !p.Sending
	return p, err
}

func formERPTry(r *request) error {
	return r.projectForm("erp_tried", func(_ *form, t store.Target) error {
		_, err := r.store.TryERP(r.ctx(), t)
		return err
	})
}

func formERPSettle(r *request) error {
	return r.projectForm("erp_settled", func(f *form, t store.Target) error {
		r.needed(f, "reference", "settle_reason")
		if f.Failed() {
			return nil
		}
		_, err := r.store.SettleERP(r.ctx(), t, clean(f.Value("reference"), maxReference), clean(f.Value("settle_reason"), maxText))
		return err
	})
}

func formERPCancel(r *request) error {
	return r.projectForm("erp_cancelled", func(f *form, t store.Target) error {
		if r.needed(f, "cancel_reason"); f.Failed() {
			return nil
		}
		_, err := r.store.CancelERP(r.ctx(), t, clean(f.Value("cancel_reason"), maxText))
		return err
	})
}

// erpSettingPage is where the adapter is chosen.
type erpSettingPage struct {
	settingPage
	Formats []option
	Now     string
}

func pageERPSetting(r *request) error { return showERPSetting(r, form{}) }

func showERPSetting(r *request, f form) error {
	now, err := r.store.ERPFormat(r.ctx())
	if err != nil {
		return err
	}
	if !f.Failed() {
		f.values = map[string]string{"format": now.Format}
	}
	page, err := r.settingPage(store.SettingERP, now.Version, f, func(string) string { return r.say("erp.format") })
	if err != nil {
		return err
	}
	return r.show(f.Status(), "erp_setting", r.say("erp.title"), erpSettingPage{page, enumOptions(r, "", "erp_format", erpFormats()), now.Format})
}

func formERPSetting(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	format := known(f.Value("format"), erpFormats())
	if format == "" {
		f.blame("format", r.say("form.required"))
		f.status = http.StatusUnprocessableEntity
	}
	return r.saveSetting(f, "/settings/erp", func(t store.Target) error {
		_, err := r.store.SetERPFormat(r.ctx(), t, format)
		return err
	}, func(f form) error { return showERPSetting(r, f) })
}

// erpPageRoutes is the table of its pages.
func erpPageRoutes() []route {
	return []route{
		{method: post, path: "/contracts/:id/erp/try", need: crm.MayWriteContract, do: formERPTry, page: true},
		{method: post, path: "/contracts/:id/erp/settle", need: crm.MayWriteContract, do: formERPSettle, page: true},
		{method: post, path: "/contracts/:id/erp/cancel", need: crm.MayWriteContract, do: formERPCancel, page: true},
		{method: get, path: "/settings/erp", need: crm.MayReadSettings, do: pageERPSetting, page: true},
		{method: post, path: "/settings/erp", need: crm.MayWriteSettings, do: formERPSetting, page: true},
	}
}
