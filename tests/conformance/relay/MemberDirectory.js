// The directory: every filter the door offers; what tells one list from another is part of the connection's key.
import { graphql } from 'react-relay';

export const memberDirectoryQuery = graphql`
  query MemberDirectoryQuery(
    $coalition: String!
    $country: String
    $standing: [Standing!]
    $legalType: LegalType
    $search: String
    $near: NearInput
    $orderBy: MemberOrder
  ) {
    ...MemberDirectory_query
  }
`;

export const memberDirectoryFragment = graphql`
  fragment MemberDirectory_query on Query
  @refetchable(queryName: "MemberDirectoryPaginationQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 50 }, cursor: { type: "String" }) {
    members(
      coalition: $coalition
      country: $country
      standing: $standing
      legalType: $legalType
      search: $search
      near: $near
      first: $count
      after: $cursor
      orderBy: $orderBy
    )
      @connection(
        key: "MemberDirectory_members"
        filters: ["coalition", "country", "standing", "legalType", "search", "near", "orderBy"]
      ) {
      edges {
        node {
          ...MemberCard_member
        }
      }
    }
  }
`;
