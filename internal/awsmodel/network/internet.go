package network

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

// FromInternet answers whether everybody on the internet reaches an interface that has public addresses, such as a load
// balancer's: by internet gateways in all of its subnets, and by its security groups.
func (n Network) FromInternet(to Interface, port int) awsmodel.Answer {
	answer := awsmodel.Answer{Verdict: awsmodel.Proven}
	for _, subnet := range to.Subnets {
		// Answers take the same way back, on which a NAT gateway would change the address.
		if answer = answer.Then(n.routeFrom(subnet, true, true)); !answer.OK() {
			return answer
		}
	}
	what := fmt.Sprintf("%s lets in %s from the internet", to.Name, portText(port))
	if by := n.permits(to.Groups, in, port, internet); by != "" {
		return answer.Prove(what, by)
	}
	missing := fmt.Sprintf("no ingress rule of %s", groupsText(to.Groups))
	return answer.Lack(what, missing, missing+" for "+portText(port)+" from the internet")
}

// Hidden answers whether nothing on the internet reaches an interface: it has no public address, no way to an internet
// gateway, or no rule that names an address of the internet.
func (n Network) Hidden(of Interface) awsmodel.Answer {
	what := of.Name + " is hidden from the internet"
	var answer awsmodel.Answer
	if !of.Public {
		return answer.Prove(what, "it has no public address")
	}
	if !slices.ContainsFunc(of.Subnets, func(subnet string) bool { return n.routeFrom(subnet, true, true).OK() }) {
		return answer.Prove(what, "its subnets have no route from an internet gateway")
	}
	for _, group := range of.Groups {
		for _, r := range n.rules(group, in) {
			if slices.ContainsFunc(r.networks, public) {
				return answer.Lack(what, fmt.Sprintf("%s lets the internet in", r.id), r.id+" lets the internet in")
			}
		}
	}
	return answer.Prove(what, "no ingress rule of "+groupsText(of.Groups)+" names an address of the internet")
}

// public tells whether a network has addresses outside of those that are private.
func public(cidr string) bool {
	network, err := netip.ParsePrefix(cidr)
	return err == nil && (!network.Addr().IsPrivate() || network.Bits() < privateBits(network.Addr()))
}

// privateBits is the size of the private range that an address is in.
// https://datatracker.ietf.org/doc/html/rfc1918
func privateBits(address netip.Addr) int {
	for _, block := range []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"} {
		if prefix := netip.MustParsePrefix(block); prefix.Contains(address) {
			return prefix.Bits()
		}
	}
	return 0
}
