package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

// accountRoutes is the table of what belongs to companies and people beside their own data.
func accountRoutes() []route {
	return []route{
		{method: get, path: "/api/v1/accounts/:id/group", need: crm.MayReadAccount, do: getAccountGroup},
		{method: post, path: "/api/v1/accounts/:id/archive", need: crm.MayWriteAccount, do: archiving((*store.Store).ArchiveAccount, true, accountVersion)},
		{method: post, path: "/api/v1/accounts/:id/restore", need: crm.MayWriteAccount, do: archiving((*store.Store).ArchiveAccount, false, accountVersion)},
		{method: post, path: "/api/v1/contacts/:id/archive", need: crm.MayWriteAccount, do: archiving((*store.Store).ArchiveContact, true, contactVersion)},
		{method: post, path: "/api/v1/contacts/:id/restore", need: crm.MayWriteAccount, do: archiving((*store.Store).ArchiveContact, false, contactVersion)},
		{method: get, path: "/api/v1/accounts/:id/addresses", need: crm.MayReadAccount, do: getAddresses},
		{method: post, path: "/api/v1/accounts/:id/addresses", need: crm.MayWriteAccount, do: postAddress},
		{method: patch, path: "/api/v1/accounts/:id/addresses/:address", need: crm.MayWriteAccount, do: patchAddress},
		{method: remove, path: "/api/v1/accounts/:id/addresses/:address", need: crm.MayWriteAccount, do: deleteAddress},
		{method: post, path: "/api/v1/custom-fields", need: crm.MayWriteSettings, do: postCustomField},
		{method: get, path: "/api/v1/custom-fields/:id", need: crm.MayReadSettings, do: shown(store.OwnFields, func(f crm.CustomField) int { return f.Version })},
		{method: patch, path: "/api/v1/custom-fields/:id", need: crm.MayWriteSettings, do: patchCustomField},
	}
}

// accountLists are the lists of it.
func accountLists() []route {
	return []route{{method: get, path: "/api/v1/custom-fields", need: crm.MayReadSettings, do: listed(store.OwnFields)}}
}

var ownAccountCalls = map[string]call{
	"GET /api/v1/accounts/:id/group": reading("Customers", "Read a company's group with its sums", groupList{}).plain().says("S055", "Only the companies that the caller may see."),
	"POST /api/v1/accounts/:id/archive": archived("Take a company out of use", crm.Account{}).may("account_busy").
		says("S053", "Nothing is deleted. One with open deals, running contracts or open invoices is refused."),
	"POST /api/v1/accounts/:id/restore":  archived("Take a company into use again", crm.Account{}).says("S053", ""),
	"POST /api/v1/contacts/:id/archive":  archived("Take a person out of use", crm.Contact{}).says("S047", ""),
	"POST /api/v1/contacts/:id/restore":  archived("Take a person into use again", crm.Contact{}).says("S047", ""),
	"GET /api/v1/accounts/:id/addresses": reading("Customers", "List a company's addresses", addressList{}).plain().says("S053", "By purpose, the main one of each first."),
	"POST /api/v1/accounts/:id/addresses": creating("Customers", "Add an address to a company", addressBody{}, crm.Address{}).needing("purpose", "street").matching().
		says("S053", "The main legal one is the company's own address, the main one for invoices stands on them. If-Match names the company's version.").
		like(`{"purpose":"invoice","street":"Via Roma 1","postal_code":"20100","city":"Milano","country":"IT"}`),
	"PATCH /api/v1/accounts/:id/addresses/:address": placing(patching("Customers", "Change an address", addressBody{}, crm.Address{})).
		says("S053", "If-Match names the company's version.").like(`{"main":true}`),
	"DELETE /api/v1/accounts/:id/addresses/:address": removing("Customers", "Take an address away", "main_address").says("S053", "The main one of a purpose goes last."),
	"GET /api/v1/custom-fields":                      listing("Settings", "List the fields that the company defined itself", store.OwnFields).says("S054", ""),
	"POST /api/v1/custom-fields": creating("Settings", "Define a field", customFieldBody{}, crm.CustomField{}).needing("record", "name", "type", "labels").located("201").
		says("S054", "Rules may read it at once as `account.custom.NAME`; of an opportunity as `deal.custom.NAME`.").
		like(`{"record":"account","name":"turnover","type":"money","labels":{"en":"Turnover","it":"Fatturato"}}`),
	"GET /api/v1/custom-fields/:id": reading("Settings", "Read the definition of a field", crm.CustomField{}).says("S054", ""),
	"PATCH /api/v1/custom-fields/:id": patching("Settings", "Change the definition of a field", customFieldBody{}, crm.CustomField{}).
		says("S054", "Record, name and type are for good. It is retired, never deleted.").like(`{"retired":true}`),
}

// archived describes a POST that takes a record out of use or back.
func archived(summary string, record any) call {
	c := commanding("Customers", summary, emptyBody{}).bodiless()
	c.answers, c.refuses, c.key, c.match, c.once = map[int]any{200: record}, []code{codeConflict, "already_done"}, keyTaken, true, true
	return c.header("ETag", "200")
}

// placing is a patch of a part that has no version of its own.
func placing(c call) call {
	c.headers = nil
	return c
}

// accountPages is the table of the pages of it.
func accountPages() []route {
	return []route{
		{method: get, path: "/accounts.csv", need: crm.MayReadAccount, do: pageAccountsCSV, page: true},
		{method: get, path: "/contacts.csv", need: crm.MayReadAccount, do: pageContactsCSV, page: true},
		{method: get, path: "/contacts", need: crm.MayReadAccount, do: pageContacts, page: true},
		{method: get, path: "/accounts/:id/list/:what", need: crm.MayReadAccount, do: pageRows360("account"), page: true},
		{method: get, path: "/contacts/:id/list/:what", need: crm.MayReadAccount, do: pageRows360("contact"), page: true},
		{method: post, path: "/accounts/:id/archive", need: crm.MayWriteAccount, do: archiveForm("/accounts/", true, (*store.Store).ArchiveAccount, showAccount), page: true},
		{method: post, path: "/accounts/:id/restore", need: crm.MayWriteAccount, do: archiveForm("/accounts/", false, (*store.Store).ArchiveAccount, showAccount), page: true},
		{method: post, path: "/contacts/:id/archive", need: crm.MayWriteAccount, do: archiveForm("/contacts/", true, (*store.Store).ArchiveContact, showContact), page: true},
		{method: post, path: "/contacts/:id/restore", need: crm.MayWriteAccount, do: archiveForm("/contacts/", false, (*store.Store).ArchiveContact, showContact), page: true},
		{method: post, path: "/accounts/:id/addresses", need: crm.MayWriteAccount, do: formAddress, page: true},
		{method: post, path: "/accounts/:id/addresses/:item", need: crm.MayWriteAccount, do: formAddress, page: true},
		{method: post, path: "/accounts/:id/addresses/:item/drop", need: crm.MayWriteAccount, do: formAddressDrop, page: true},
		{method: post, path: "/opportunities/:id/own", need: crm.MayWriteOpportunity, do: formDealOwn, page: true},
		{method: post, path: "/leads/:id/own", need: crm.MayWriteLead, do: formLeadOwn, page: true},
		{method: get, path: "/settings/fields", need: crm.MayReadSettings, do: pageOwnFields, page: true},
		{method: post, path: "/settings/fields", need: crm.MayWriteSettings, do: formOwnField, page: true},
		{method: get, path: "/settings/fields/:id", need: crm.MayReadSettings, do: pageOwnField, page: true},
		{method: post, path: "/settings/fields/:id", need: crm.MayWriteSettings, do: formOwnFieldEdit, page: true},
	}
}
