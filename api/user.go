package api

import (
	"net/http"

	"leadtocash/crm"
)

// userView is a person as others see him.
type userView struct {
	ID            crm.ID     `json:"id"`
	Name          string     `json:"name"`
	Email         string     `json:"email"`
	Roles         []crm.Role `json:"roles"`
	Language      string     `json:"language"`
	ApprovalLimit string     `json:"approval_limit"`
	Active        bool       `json:"active"`
}

func viewUser(u crm.User) userView {
	return userView{u.ID, u.Name, u.Email, u.Roles, u.Language, u.ApprovalLimit.StringFixed(2), u.Active}
}

// listUsers lists all people, disabled ones too.
func listUsers(r *request) error {
	users, err := r.store.Users(r.ctx())
	if err != nil {
		return err
	}
	out := make([]userView, len(users))
	for i, u := range users {
		out[i] = viewUser(u)
	}
	return r.JSON(http.StatusOK, userList{Data: out})
}

// getMe says who is logged in and what he may do.
func getMe(r *request) error {
	may := map[crm.Permission]string{}
	for _, p := range crm.Permissions() {
		if reach := r.user.Can(p); reach > crm.ReachNone {
			may[p] = map[crm.Reach]string{crm.ReachOwn: "own", crm.ReachTeam: "team", crm.ReachAll: "all"}[reach]
		}
	}
	return r.JSON(http.StatusOK, meView{viewUser(r.user), may})
}

// setActive makes the handler that shuts a person out or lets him in again. Nobody shuts himself out.
func setActive(active bool) func(*request) error {
	return func(r *request) error {
		id, err := r.id("id")
		if err != nil {
			return err
		}
		if id == r.user.ID {
			return refusal("own_account", item{Pointer: at(""), Code: "own_account"})
		}
		change := r.store.DisableUser
		if active {
			change = r.store.EnableUser
		}
		if err := change(r.ctx(), id); err != nil {
			return err
		}
		return r.NoContent()
	}
}
