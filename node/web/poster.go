package web

import (
	"errors"

	"github.com/skip2/go-qrcode"

	"gocua/ui"
)

const (
	trustPath  = "/tin-cay"
	posterPath = "/tin-cay/to-dan"
)

// poster is the sheet to hang up in the office (tờ dán): how a device finds this
// machine and comes to trust it. It says nothing that the certificate, which
// anybody is handed, does not.
func (s *site) poster(q *request) error {
	if s.Root == nil {
		return noRoot()
	}
	m := ui.PosterModel{Shell: q.shell(""), Cluster: q.registerName(), Fingerprint: fingerprint(s.Root.Raw), Back: trustPath}
	if office := s.Office(); office != "" {
		m.Address, m.Trust = office+"/", office+trustPath
		var errs [3]error
		m.Codes.Address, errs[0] = codeOf(m.Address)
		m.Codes.Trust, errs[1] = codeOf(m.Trust)
		m.Codes.Fingerprint, errs[2] = codeOf(m.Fingerprint)
		if err := errors.Join(errs[:]...); err != nil {
			return err
		}
	}
	return q.draw(ui.PagePoster, m)
}

// codeOf is a picture code of a text, drawn so that a print in grey is still read.
func codeOf(text string) (ui.QR, error) {
	code, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		return ui.QR{}, err
	}
	return ui.DrawQR(code.Bitmap()), nil
}
