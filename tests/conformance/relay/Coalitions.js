// All coalitions, page by page: a connection on the root, which Relay refetches without an id.
import { graphql } from 'react-relay';

export const coalitionsQuery = graphql`
  query CoalitionsQuery($count: Int!, $cursor: String) {
    ...Coalitions_query @arguments(count: $count, cursor: $cursor)
  }
`;

export const coalitionsFragment = graphql`
  fragment Coalitions_query on Query
  @refetchable(queryName: "CoalitionsPaginationQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 10 }, cursor: { type: "String" }) {
    coalitions(first: $count, after: $cursor) @connection(key: "Coalitions_coalitions") {
      edges {
        node {
          id
          key
          name
        }
      }
    }
  }
`;
