package web

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/gofiber/fiber/v2"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
)

const rootPath = "/tin-cay/goc.crt"

// trust explains how a device comes to trust the cluster (tin cậy).
func (s *site) trust(q *request) error {
	m := ui.TrustModel{Shell: q.shell(""), Download: rootPath, File: s.rootFile(), Poster: posterPath}
	if s.Root == nil {
		return noRoot()
	}
	if office := s.Office(); office != "" {
		m.Address = office + "/"
	}
	m.Cluster, m.Fingerprint = q.registerName(), fingerprint(s.Root.Raw)
	return q.draw(ui.PageTrust, m)
}

// registerName is whose register this is; of a machine that has not heard of
// its cluster yet, the machine's name.
func (q *request) registerName() string {
	name := q.site.Machine.Node
	_ = q.read(func(src lookup.Source) error { // a page without the name still explains
		if who, ok := civic.WhoseRegister(src); ok {
			name = who.Name
		}
		return nil
	})
	return name
}

// fingerprint is a certificate as browsers show it, in groups that two people
// can read to each other.
func fingerprint(der []byte) string {
	sum := sha256.Sum256(der)
	text := strings.ToUpper(hex.EncodeToString(sum[:]))
	var groups []string
	for i := 0; i < len(text); i += 4 {
		groups = append(groups, text[i:i+4])
	}
	return strings.Join(groups, " ")
}

func (s *site) rootFile() string { return "gocua-" + s.Machine.Status(false).Cluster + ".crt" }

// rootCertificate hands the cluster's root out as browsers and phones take it.
func (s *site) rootCertificate(q *request) error {
	if s.Root == nil {
		return noRoot()
	}
	q.Set(fiber.HeaderContentType, "application/x-x509-ca-cert")
	q.Set(fiber.HeaderContentDisposition, `attachment; filename="`+s.rootFile()+`"`)
	return q.Send(s.Root.Raw)
}

func noRoot() error {
	return command.Errorf(command.NotFound, "not_found", "this machine has no cluster's certificate")
}
