package crm

// The lists that can be saved, by the names of their pages.
const (
	ListDeals    = "opportunities"
	ListLeads    = "leads"
	ListAccounts = "accounts"
	ListProjects = "projects"
	ListCases    = "cases"
)

// ListView is a list as somebody saved it, for himself or for all who see what is in it.
type ListView struct {
	ID      ID
	OwnerID ID
	List    string // of what
	Name    string
	Query   string // of the list's address: columns, filter, sort; in the order of their names
	Shared  bool
	Version int
}
