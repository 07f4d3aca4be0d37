package components

import (
	"fmt"
	"regexp"
)

// Account says where resources live; components compose ARNs from it that are
// then known at preview, before AWS has made the resource.
type Account struct {
	Id        string `pulumi:"id"`        // Required: 12 digits.
	Region    string `pulumi:"region"`    // Required, for example eu-west-2.
	Partition string `pulumi:"partition"` // Required: aws, aws-cn or aws-us-gov.
}

var (
	accountIdRule = regexp.MustCompile(`^[0-9]{12}$`)
	regionRule    = regexp.MustCompile(`^[a-z]{2,3}(?:-[a-z]+)+-[0-9]+$`)
	partitionRule = regexp.MustCompile(`^aws(?:-[a-z]+)*$`)
)

func (a Account) arn(service, resource string) string {
	return fmt.Sprintf("arn:%s:%s:%s:%s:%s", a.Partition, service, a.Region, a.Id, resource)
}

func (a Account) check(p *problems) {
	p.check(accountIdRule.MatchString(a.Id), "Account.Id", a.Id, "12 digits")
	p.check(regionRule.MatchString(a.Region), "Account.Region", a.Region, "a region such as eu-west-2")
	p.check(partitionRule.MatchString(a.Partition), "Account.Partition", a.Partition, "aws, aws-cn or aws-us-gov")
}
