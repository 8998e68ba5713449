/// A page that stands in another one's place.
enum FaultTemplate {
    static let page = PageTemplate(
        """
        <h1>{{title}}</h1>
        <p>{{text}}</p>

        """)
}
