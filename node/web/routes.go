package web

import (
	"slices"

	"gocua/node/auth"
)

// routes is every page and form of the machine, each with its rule.
func (s *site) routes() []route {
	return slices.Concat([]route{
		{"GET", "/vao", "", "to sign in", s.loginForm},
		{"POST", "/vao", "", "to sign in", s.login},
		{"POST", "/ra", "", "to sign out", s.logout},
		{"POST", "/ngon-ngu", "", "to choose the language", s.language},

		{"GET", "/", auth.SeeMachine, "", s.home},
	}, s.accountRoutes(), s.officerRoutes(), s.teamRoutes(), s.worklistRoutes(), s.peopleRoutes(), s.officeRoutes(), s.memberRoutes(), s.householdRoutes(), s.hamletRoutes(), s.planRoutes(), s.scanRoutes(), s.pairRoutes(), s.listRoutes(), s.pickRoutes(), s.exportRoutes())
}
